import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reaction } from '../../../../client/connection/close-reactions.ts';
import type { Effect, Event, Phase } from '../../../../client/connection/state-machine/types.ts';
import { TinyHostError } from '../../../../client/errors.ts';
import { ANSWERS, reach, World } from '../../../helpers/simulated-client/machine-world.ts';

const error = (retryAfter?: number) => new TinyHostError('network', 'no answer', { retryAfter });

const reactions: fc.Arbitrary<Reaction> = fc.oneof(
  fc.constant<Reaction>({ kind: 'retry' }),
  fc.constant<Reaction>({ kind: 'retry', reason: error() }),
  fc.constant<Reaction>({ kind: 'retry', reason: error(30) }),
  fc.constant<Reaction>({ kind: 'manual-sync' }),
  fc.boolean().map<Reaction>((again) => ({ kind: 'refused', reason: error(), again })),
);
const deferred = fc.option(fc.nat(400_000).map((until) => ({ reason: error(), until })));
const plain: Event['type'][] = [
  ...([
    'copy-loaded',
    'authorized',
    'opened',
    'synced',
    'timeout',
    'progress',
    'heartbeat-missed',
    'large-frame-sent',
  ] as const),
  ...(['frame-received', 'saved', 'network-changed', 'store-changed', 'pause', 'resume'] as const),
];
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...plain).map((type) => ({ type }) as Event) },
  { weight: 3, arbitrary: reactions.map<Event>((reaction) => ({ type: 'failed', reaction })) },
  deferred.map<Event>((deferred) => ({ type: 'manually-synced', deferred: deferred ?? undefined })),
  fc.constant<Event>({ type: 'writes-deferred', reason: error() }),
);
const ends: Event[] = [
  { type: 'end', status: 'offline', reason: error() },
  { type: 'failed', reaction: { kind: 'signed-out', reason: error() } },
];

const OPEN: Partial<Record<Phase, World['open']>> = {
  authorizing: 'ticket',
  ...{ opening: 'socket', syncing: 'socket', online: 'socket' },
  'manual-sync': 'exchange',
};
const CALM: Phase[] = ['online', 'paused', 'ended'];

/** Sends a new connection these events, each this many milliseconds after the former one. */
function live(steps: [event: Event, after: number][], check: (world: World) => void): World {
  const world = new World();
  for (const [event, after] of steps) {
    world.now += after;
    world.tell(event);
    check(world);
  }
  return world;
}

const steps = fc.array(fc.tuple(events, fc.nat(20_000)), { maxLength: 60 });

describe('in any order of events', () => {
  test('at most one resource is open, only in its phase, and each waiting phase has a timer', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        live(steps, ({ machine, open, hasTimer }) => {
          expect(open).toBe(OPEN[machine.phase]);
          expect(hasTimer).toBe(!CALM.includes(machine.phase));
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('an end closes everything, and later events have no effect', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(...ends), steps, (steps, end, later) => {
        const world = live(steps, () => undefined);
        world.tell(end);
        if (end.type === 'end') expect(world.machine.phase).toBe('ended');
        if (world.machine.phase !== 'ended') return;
        expect(world).toMatchObject({ open: undefined, hasTimer: false });
        for (const [event] of later) expect(world.tell(event)).toEqual([]);
      }),
    );
  });
});

/** Runs for five minutes with outcomes of `choose`. Returns the most attempts in one minute. */
function mostInAMinute(choose: () => Event | 'answer', storm: Event[]): number {
  const world = new World();
  let pauseEnd = 0;
  for (; world.now < 300_000; world.now += 50) {
    for (const event of storm) world.tell(event);
    const { phase, since, delay } = world.machine;
    pauseEnd = since + delay;
    const choice = choose();
    const answer = choice === 'answer' ? ANSWERS[phase] : choice;
    if (phase === 'backing-off') {
      if (world.now >= pauseEnd) world.tell({ type: 'timeout' });
    } else if (answer) world.tell(answer);
  }
  const { startedAt } = world;
  return Math.max(
    ...startedAt.map((start, i) => startedAt.slice(i).filter((at) => at < start + 60_000).length),
  );
}

describe('whatever fails', () => {
  const kinds: Event[] = [
    { type: 'failed', reaction: { kind: 'retry' } },
    { type: 'failed', reaction: { kind: 'manual-sync' } },
    { type: 'failed', reaction: { kind: 'refused', reason: error(), again: true } },
    { type: 'timeout' },
  ];
  const choices = fc.array(fc.constantFrom<Event | 'answer'>(...kinds, 'answer', 'answer'), {
    minLength: 1,
    maxLength: 8,
  });

  test('there are at most 30 attempts per minute, even if the network changes constantly', () => {
    fc.assert(
      fc.property(choices, fc.boolean(), (choices, isStorm) => {
        let turn = 0;
        const choose = () => choices[turn++ % choices.length]!;
        const storm: Event[] = isStorm
          ? [{ type: 'network-changed' }, { type: 'store-changed' }]
          : [];
        expect(mostInAMinute(choose, storm)).toBeLessThanOrEqual(30);
      }),
      { numRuns: 60 },
    );
  });
});

const refused = (again: boolean): Event => ({
  type: 'failed',
  reaction: { kind: 'refused', reason: error(), again },
});
const pauseOf = (effects: Effect[]) =>
  effects.flatMap((effect) => (effect.do === 'back-off' ? [effect.milliseconds] : []))[0];

test('a resume or network event before the offline copy is loaded opens nothing', () => {
  const world = new World();
  for (const type of ['resume', 'network-changed', 'resume'] as const) world.tell({ type });
  expect(world.machine.phase).toBe('loading-copy');
  world.tell({ type: 'copy-loaded' });
  expect(world.startedAt).toHaveLength(1);
});

test('network events restart a running attempt at most once in 10 seconds', () => {
  const world = reach('authorizing');
  world.now = 500;
  world.tell({ type: 'network-changed' });
  world.now = 1_000;
  world.tell({ type: 'network-changed' });
  expect(world.startedAt).toEqual([0, 500]);
  world.now = 11_000;
  world.tell({ type: 'network-changed' });
  expect(world.startedAt).toEqual([0, 500, 11_000]);
});

test('a network event shortens a long back-off', () => {
  const world = reach('authorizing');
  for (let failures = 0; failures < 8; failures++) {
    world.tell(kindsOfFailure.lost);
    if (failures < 7) world.tell({ type: 'timeout' });
  }
  expect(world.machine).toMatchObject({ phase: 'backing-off', delay: 10_000 });
  world.now += 6_000;
  world.tell({ type: 'network-changed' });
  expect(world.machine.phase).toBe('authorizing');
});

const kindsOfFailure = {
  lost: { type: 'failed', reaction: { kind: 'retry' } },
  tooLarge: { type: 'failed', reaction: { kind: 'manual-sync' } },
} as const satisfies Record<string, Event>;

test('a temporary refusal is retried after delays from 5 seconds to 5 minutes', () => {
  const world = reach('syncing');
  const pauses = Array.from({ length: 8 }, () => {
    const pause = pauseOf(world.tell(refused(true)));
    expect(world.machine).toMatchObject({ phase: 'backing-off', status: 'refused' });
    world.tell({ type: 'timeout' });
    return pause;
  });
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

test('a permanent refusal pauses until the app resumes', () => {
  const world = reach('syncing');
  world.tell(refused(false));
  for (const type of ['timeout', 'network-changed', 'store-changed'] as const) world.tell({ type });
  expect(world.machine).toMatchObject({ phase: 'paused', status: 'refused' });
  world.now += 1_000;
  world.tell({ type: 'resume' });
  expect(world.machine.phase).toBe('authorizing');
});

test('nothing shortens the delay that the server has requested', () => {
  const world = reach('authorizing');
  world.tell({ type: 'failed', reaction: { kind: 'retry', reason: error(120) } });
  for (const type of ['network-changed', 'store-changed', 'resume'] as const) world.tell({ type });
  expect(world.machine).toMatchObject({ phase: 'backing-off', delay: 120_000 });
});

test('too large content is synced manually at once, and again after growing delays', () => {
  const world = reach('syncing');
  const pauses = Array.from({ length: 5 }, () => {
    const pause = pauseOf(world.tell(kindsOfFailure.tooLarge));
    if (pause) world.tell({ type: 'timeout' });
    expect(world.machine.phase).toBe('manual-sync');
    for (const type of ['manually-synced', 'authorized', 'opened'] as const)
      world.tell({ type } as Event);
    return pause;
  });
  expect(pauses).toEqual([undefined, 250, 500, 1_000, 2_000]);
});

test('deferred writes are reported, and synced manually again when they can be accepted', () => {
  const world = reach('syncing');
  world.tell(kindsOfFailure.tooLarge);
  const reason = new TinyHostError('clock_ahead', 'too early');
  world.tell({ type: 'manually-synced', deferred: { reason, until: 100_000 } });
  expect(world.machine.reason).toBe(reason);
  for (const type of ['authorized', 'opened'] as const) world.tell({ type });
  const pause = pauseOf(world.tell(kindsOfFailure.tooLarge));
  expect(pause).toBe(100_000);
  expect(world.machine).toMatchObject({ status: 'offline', reason, next: 'manual-sync' });
});

test('writes that were deferred during the first sync are reported until all is saved', () => {
  const world = reach('syncing');
  const reason = new TinyHostError('clock_ahead', 'too early');
  world.tell({ type: 'writes-deferred', reason });
  world.tell({ type: 'synced' });
  expect(world.machine).toMatchObject({ status: 'online', reason });
  world.tell({ type: 'saved' });
  expect(world.machine.reason).toBeUndefined();
});

test('a change of the store shortens the delay of the next manual sync', () => {
  const world = reach('syncing');
  world.tell(kindsOfFailure.tooLarge);
  world.tell({ type: 'manually-synced', deferred: { reason: error(), until: 100_000 } });
  for (const type of ['authorized', 'opened'] as const) world.tell({ type });
  world.tell(kindsOfFailure.tooLarge);
  world.now = 10_000;
  world.tell({ type: 'store-changed' });
  expect(world.machine.phase).toBe('manual-sync');
});

test('a stable connection reconnects after the shortest delay', () => {
  const world = reach('syncing');
  for (let failures = 0; failures < 5; failures++) {
    world.tell(kindsOfFailure.lost);
    for (const type of ['timeout', 'authorized', 'opened'] as const) world.tell({ type });
  }
  world.tell({ type: 'synced' });
  world.now += 6_000;
  expect(pauseOf(world.tell(kindsOfFailure.lost))).toBe(250);
});
