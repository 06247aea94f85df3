import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reaction } from '../../client/connection/close-reactions.ts';
import type { Effect, Event, Phase } from '../../client/connection/state-machine/types.ts';
import { TinyHostError } from '../../client/errors.ts';
import { ANSWERS, reach, World } from '../helpers/machine-world.ts';

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
  ...(['restored', 'admitted', 'opened', 'joined', 'timeout', 'progress', 'silent'] as const),
  ...(['heard', 'saved', 'network', 'changed', 'pause', 'resume'] as const),
];
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...plain).map((type) => ({ type }) as Event) },
  { weight: 3, arbitrary: reactions.map<Event>((reaction) => ({ type: 'failed', reaction })) },
  deferred.map<Event>((deferred) => ({ type: 'exchanged', deferred: deferred ?? undefined })),
  fc.constant<Event>({ type: 'warned', reason: error() }),
);
const ends: Event[] = [
  { type: 'end', status: 'offline', reason: error() },
  { type: 'failed', reaction: { kind: 'signed-out', reason: error() } },
];

const OPEN: Partial<Record<Phase, World['open']>> = {
  admitting: 'ticket',
  ...{ opening: 'socket', joining: 'socket', online: 'socket' },
  exchanging: 'exchange',
};
const CALM: Phase[] = ['online', 'resting', 'ended'];

/** Tells a new connection these events, each so many milliseconds after the one before. */
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
  test('one cell is open at a time, just while its phase lasts, and each wait has a timer', () => {
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

  test('an end closes everything, and nothing is done afterwards', () => {
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

/** Runs for five minutes in which each phase does next what `choose` says; counts the attempts. */
function mostInAMinute(choose: () => Event | 'answer', storm: Event[]): number {
  const world = new World();
  let pauseEnd = 0;
  for (; world.now < 300_000; world.now += 50) {
    for (const event of storm) world.tell(event);
    const { phase, since, pause } = world.machine;
    pauseEnd = since + pause;
    const choice = choose();
    const answer = choice === 'answer' ? ANSWERS[phase] : choice;
    if (phase === 'waiting') {
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

  test('there are at most 30 attempts a minute, even while the network changes all the time', () => {
    fc.assert(
      fc.property(choices, fc.boolean(), (choices, isStorm) => {
        let turn = 0;
        const choose = () => choices[turn++ % choices.length]!;
        const storm: Event[] = isStorm ? [{ type: 'network' }, { type: 'changed' }] : [];
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
  effects.flatMap((effect) => (effect.do === 'pause' ? [effect.milliseconds] : []))[0];

test('a resume or a change of the network before the copy is there opens nothing', () => {
  const world = new World();
  for (const type of ['resume', 'network', 'resume'] as const) world.tell({ type });
  expect(world.machine.phase).toBe('restoring');
  world.tell({ type: 'restored' });
  expect(world.startedAt).toHaveLength(1);
});

test('a change of the network begins a running attempt anew, but not again and again', () => {
  const world = reach('admitting');
  world.now = 500;
  world.tell({ type: 'network' });
  world.now = 1_000;
  world.tell({ type: 'network' });
  expect(world.startedAt).toEqual([0, 500]);
  world.now = 11_000;
  world.tell({ type: 'network' });
  expect(world.startedAt).toEqual([0, 500, 11_000]);
});

test('a change of the network cuts a long pause short', () => {
  const world = reach('admitting');
  for (let failures = 0; failures < 8; failures++) {
    world.tell(kindsOfFailure.lost);
    if (failures < 7) world.tell({ type: 'timeout' });
  }
  expect(world.machine).toMatchObject({ phase: 'waiting', pause: 10_000 });
  world.now += 6_000;
  world.tell({ type: 'network' });
  expect(world.machine.phase).toBe('admitting');
});

const kindsOfFailure = {
  lost: { type: 'failed', reaction: { kind: 'retry' } },
  tooLarge: { type: 'failed', reaction: { kind: 'manual-sync' } },
} as const satisfies Record<string, Event>;

test('a refusal that may pass is tried again with pauses from 5 seconds to 5 minutes', () => {
  const world = reach('joining');
  const pauses = Array.from({ length: 8 }, () => {
    const pause = pauseOf(world.tell(refused(true)));
    expect(world.machine).toMatchObject({ phase: 'waiting', status: 'refused' });
    world.tell({ type: 'timeout' });
    return pause;
  });
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

test('a lasting refusal rests until the app resumes', () => {
  const world = reach('joining');
  world.tell(refused(false));
  for (const type of ['timeout', 'network', 'changed'] as const) world.tell({ type });
  expect(world.machine).toMatchObject({ phase: 'resting', status: 'refused' });
  world.now += 1_000;
  world.tell({ type: 'resume' });
  expect(world.machine.phase).toBe('admitting');
});

test('nothing cuts short the pause that the server has asked for', () => {
  const world = reach('admitting');
  world.tell({ type: 'failed', reaction: { kind: 'retry', reason: error(120) } });
  for (const type of ['network', 'changed', 'resume'] as const) world.tell({ type });
  expect(world.machine).toMatchObject({ phase: 'waiting', pause: 120_000 });
});

test('what is too large goes over HTTP at once, and with growing pauses where that is no help', () => {
  const world = reach('joining');
  const pauses = Array.from({ length: 5 }, () => {
    const pause = pauseOf(world.tell(kindsOfFailure.tooLarge));
    if (pause) world.tell({ type: 'timeout' });
    expect(world.machine.phase).toBe('exchanging');
    for (const type of ['exchanged', 'admitted', 'opened'] as const) world.tell({ type } as Event);
    return pause;
  });
  expect(pauses).toEqual([undefined, 250, 500, 1_000, 2_000]);
});

test('what an exchange did not take is said, and exchanged again when its time has come', () => {
  const world = reach('joining');
  world.tell(kindsOfFailure.tooLarge);
  const reason = new TinyHostError('clock_ahead', 'too early');
  world.tell({ type: 'exchanged', deferred: { reason, until: 100_000 } });
  expect(world.machine.reason).toBe(reason);
  for (const type of ['admitted', 'opened'] as const) world.tell({ type });
  const pause = pauseOf(world.tell(kindsOfFailure.tooLarge));
  expect(pause).toBe(100_000);
  expect(world.machine).toMatchObject({ status: 'offline', reason, next: 'exchange' });
});

test('what the server did not take during the first exchange is still said afterwards', () => {
  const world = reach('joining');
  const reason = new TinyHostError('clock_ahead', 'too early');
  world.tell({ type: 'warned', reason });
  world.tell({ type: 'joined' });
  expect(world.machine).toMatchObject({ status: 'online', reason });
  world.tell({ type: 'saved' });
  expect(world.machine.reason).toBeUndefined();
});

test('a change of the store brings forward the next exchange', () => {
  const world = reach('joining');
  world.tell(kindsOfFailure.tooLarge);
  world.tell({ type: 'exchanged', deferred: { reason: error(), until: 100_000 } });
  for (const type of ['admitted', 'opened'] as const) world.tell({ type });
  world.tell(kindsOfFailure.tooLarge);
  world.now = 10_000;
  world.tell({ type: 'changed' });
  expect(world.machine.phase).toBe('exchanging');
});

test('a connection that held is lost with no more than a moment of pause', () => {
  const world = reach('joining');
  for (let failures = 0; failures < 5; failures++) {
    world.tell(kindsOfFailure.lost);
    for (const type of ['timeout', 'admitted', 'opened'] as const) world.tell({ type });
  }
  world.tell({ type: 'joined' });
  world.now += 6_000;
  expect(pauseOf(world.tell(kindsOfFailure.lost))).toBe(250);
});
