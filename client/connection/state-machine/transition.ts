import { TinyHostError } from '../../errors.ts';
import type { Reaction } from '../close-reactions.ts';
import type { ConnectionStatus } from '../connection-state.ts';
import { refusalDelay, retryDelay } from './retry-delays.ts';
import type { Awaiting, Effect, Event, MachineState, Phase, Step } from './types.ts';

/** A connection that held for so long has held. */
const STEADY = 5_000;
/** A running attempt is begun anew at most so often because of the network. */
const HURRY = 10_000;
/** However long a pause is, an event of the network cuts it short to this. */
const SHORTEST = { retry: 5_000, refused: 30_000 };
/** A pause that the app cuts short, after the begin of the last attempt. */
const RESUMED = 1_000;

export const begin = (now: number): Step => ({
  machine: {
    phase: 'restoring',
    status: 'connecting',
    reason: undefined,
    failures: 0,
    since: now,
    startedAt: Number.NEGATIVE_INFINITY,
    hurriedAt: Number.NEGATIVE_INFINITY,
    next: 'admit',
    pause: 0,
    notBefore: 0,
    deferred: undefined,
  },
  effects: [{ do: 'await', answer: 'restoring' }],
});

/**
 * What an event makes of a connection, and what is to be done about it. There is no socket, timer
 * or clock in here, so that every order of events can be tested.
 */
export function transition(machine: MachineState, event: Event, now: number): Step {
  const { phase } = machine;
  if (phase === 'ended') return stay(machine);
  switch (event.type) {
    case 'end':
      return end(machine, event.status, event.reason, now);
    case 'pause':
      return rest({ ...machine, status: 'offline', reason: undefined }, now);
    case 'resume':
      return resume(machine, now);
    case 'network':
      return hurry(machine, now);
    case 'changed':
      return awaitsChange(machine) ? shorten(machine, machine.notBefore, now) : stay(machine);
    case 'failed':
      return isBusy(phase) ? fail(machine, event.reaction, now) : stay(machine);
    case 'timeout':
      return timeOut(machine, now);
    default:
      return advance(machine, event, now);
  }
}

/** What goes as it should. An event that does not belong to the phase comes late. */
function advance(machine: MachineState, event: Event, now: number): Step {
  const { phase } = machine;
  const is = (type: Event['type'], ...phases: Phase[]) =>
    event.type === type && phases.includes(phase);
  if (is('restored', 'restoring')) return start(machine, 'admit', now);
  if (is('admitted', 'admitting')) return enter(machine, 'opening', now, { do: 'connect' });
  if (is('opened', 'opening')) {
    const reason = machine.deferred?.reason;
    return enter({ ...machine, status: 'syncing', reason }, 'joining', now, { do: 'join' });
  }
  if (is('joined', 'joining')) {
    return {
      machine: { ...machine, phase: 'online', status: 'online', since: now },
      effects: [{ do: 'stop-timer' }, { do: 'expect-beats' }, { do: 'track' }],
    };
  }
  if (is('silent', 'online')) {
    return { machine: { ...machine, status: 'stale' }, effects: [{ do: 'check' }] };
  }
  if (is('heard', 'online')) {
    return { machine: { ...machine, status: 'online' }, effects: [{ do: 'expect-beats' }] };
  }
  if (is('progress', 'exchanging')) return stay({ ...machine, since: now });
  if (event.type === 'exchanged' && phase === 'exchanging') {
    const { deferred } = event;
    return start({ ...machine, deferred, reason: deferred?.reason }, 'admit', now);
  }
  if (event.type === 'warned' && (phase === 'joining' || phase === 'online')) {
    const { reason } = event;
    return { machine: { ...machine, reason }, effects: [{ do: 'reject', reason }] };
  }
  if (is('saved', 'online')) return stay({ ...machine, reason: undefined, deferred: undefined });
  return stay(machine);
}

const stay = (machine: MachineState): Step => ({ machine, effects: [] });

const enter = (machine: MachineState, phase: Awaiting, now: number, effect: Effect): Step => ({
  machine: { ...machine, phase, since: now },
  effects: [effect, { do: 'await', answer: phase }],
});

/** Begins an attempt, or an exchange over HTTP, in place of whatever there was. */
function start(machine: MachineState, next: MachineState['next'], now: number): Step {
  const phase = next === 'admit' ? 'admitting' : 'exchanging';
  const status = next === 'admit' ? machine.status : 'syncing';
  const { effects, ...step } = enter({ ...machine, status, startedAt: now }, phase, now, {
    do: next,
  });
  return { ...step, effects: [{ do: 'shut' }, ...effects] };
}

/** Pauses before `machine.next`. */
function wait(machine: MachineState, pause: number, now: number): Step {
  return {
    machine: { ...machine, phase: 'waiting', since: now, pause },
    effects: [{ do: 'shut' }, { do: 'pause', milliseconds: pause }],
  };
}

function rest(machine: MachineState, now: number): Step {
  return {
    machine: { ...machine, phase: 'resting', since: now },
    effects: [{ do: 'shut' }, { do: 'stop-timer' }],
  };
}

function end(
  machine: MachineState,
  status: ConnectionStatus,
  reason: TinyHostError,
  now: number,
): Step {
  const { effects, ...step } = rest({ ...machine, status, reason }, now);
  return {
    machine: { ...step.machine, phase: 'ended' },
    effects: [...effects, { do: 'reject', reason }],
  };
}

const BUSY: readonly Phase[] = ['admitting', 'opening', 'joining', 'online', 'exchanging'];
const isBusy = (phase: Phase): boolean => BUSY.includes(phase);

function timeOut(machine: MachineState, now: number): Step {
  if (machine.phase === 'restoring') return start(machine, 'admit', now);
  if (machine.phase === 'waiting') return start(machine, machine.next, now);
  if (!isBusy(machine.phase)) return stay(machine);
  const reason = new TinyHostError('timeout', 'the server did not answer in time');
  return fail(machine, { kind: 'retry', reason }, now);
}

function fail(machine: MachineState, reaction: Reaction, now: number): Step {
  const held = machine.phase === 'online' && now - machine.since > Math.max(STEADY, machine.pause);
  const failed: MachineState = {
    ...machine,
    failures: held ? 1 : machine.failures + 1,
    next: 'admit',
  };
  switch (reaction.kind) {
    case 'signed-out': {
      const { reason } = reaction;
      const { machine, effects } = end(failed, 'signed-out', reason, now);
      return { machine, effects: [...effects, { do: 'forget', reason }] };
    }
    case 'manual-sync':
      return exchange(failed, now);
    case 'refused':
      return refuse({ ...failed, reason: reaction.reason }, reaction.again, now);
    case 'retry':
      return retry(failed, reaction.reason, now);
  }
}

/** A first loss of a connection that held is most often made up for at once. */
function retry(machine: MachineState, reason: TinyHostError | undefined, now: number): Step {
  const { phase, failures, startedAt } = machine;
  const status = phase === 'online' && failures === 1 ? 'connecting' : 'offline';
  const asked = (reason?.retryAfter ?? 0) * 1000;
  const pause = Math.max(retryDelay(failures), asked);
  const notBefore = asked ? now + asked : startedAt + Math.min(pause, SHORTEST.retry);
  return wait(
    { ...machine, status, reason: reason ?? machine.deferred?.reason, notBefore },
    pause,
    now,
  );
}

function refuse(machine: MachineState, again: boolean, now: number): Step {
  const pause = refusalDelay(machine.failures);
  const notBefore = now + Math.min(pause, SHORTEST.refused);
  const refused: MachineState = { ...machine, status: 'refused', notBefore };
  const { effects, ...step } = again ? wait(refused, pause, now) : rest(refused, now);
  return { ...step, effects: [...effects, { do: 'reject', reason: machine.reason! }] };
}

/**
 * Something is too large for the socket. The first time it goes over HTTP at once. Where that did
 * not help, or could not, since the server does not take it yet, there is a pause before the next.
 */
function exchange(machine: MachineState, now: number): Step {
  const { failures, deferred } = machine;
  if (!deferred && failures === 1) return start(machine, 'exchange', now);
  const slow = refusalDelay(failures);
  const pause = deferred
    ? Math.min(Math.max(slow, deferred.until - now), refusalDelay(Number.POSITIVE_INFINITY))
    : retryDelay(failures - 1);
  const notBefore = now + (deferred ? Math.min(slow, SHORTEST.refused) : pause);
  const reason = deferred?.reason;
  return wait({ ...machine, status: 'offline', reason, next: 'exchange', notBefore }, pause, now);
}

/** Whether the connection waits for what only a change of the store, or time, can bring about. */
const awaitsChange = ({ phase, status, deferred }: MachineState): boolean =>
  phase === 'waiting' && (status === 'refused' || deferred !== undefined);

function resume(machine: MachineState, now: number): Step {
  if (machine.phase === 'waiting') {
    const asked = machine.reason?.retryAfter ? machine.notBefore : 0;
    return shorten(machine, Math.max(machine.startedAt + RESUMED, asked), now);
  }
  if (machine.phase !== 'resting') return hurry(machine, now);
  const rested: MachineState = {
    ...machine,
    status: 'connecting',
    reason: undefined,
    next: 'admit',
  };
  const pause = machine.startedAt + Math.min(retryDelay(machine.failures), RESUMED) - now;
  return pause > 0 ? wait(rested, pause, now) : start(rested, 'admit', now);
}

/** The network may have changed: nothing that is under way can be relied upon. */
function hurry(machine: MachineState, now: number): Step {
  switch (machine.phase) {
    case 'waiting':
      return shorten(machine, machine.notBefore, now);
    case 'joining':
    case 'online':
      return { machine, effects: [{ do: 'check' }] };
    case 'admitting':
    case 'opening':
      if (now - machine.hurriedAt < HURRY) return stay(machine);
      return start({ ...machine, hurriedAt: now }, 'admit', now);
    case 'exchanging':
      if (now - Math.max(machine.since, machine.hurriedAt) < HURRY) return stay(machine);
      return start({ ...machine, hurriedAt: now }, 'exchange', now);
    default:
      return stay(machine);
  }
}

/** Cuts the pause short so that it ends at `time`, if that is sooner. */
function shorten(machine: MachineState, time: number, now: number): Step {
  const pause = time - now;
  if (pause <= 0) return start({ ...machine, status: 'connecting' }, machine.next, now);
  const left = machine.since + machine.pause - now;
  if (pause >= left) return stay(machine);
  return {
    machine: { ...machine, since: now, pause },
    effects: [{ do: 'pause', milliseconds: pause }],
  };
}
