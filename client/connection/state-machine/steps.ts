import type { TinyHostError } from '../../errors.ts';
import type { ConnectionStatus } from '../connection-state.ts';
import type { Effect, MachineState, Step, TimedPhase } from './types.ts';

/** The first step of a connection: it waits until the offline copy is loaded. */
export const begin = (now: number): Step => ({
  machine: {
    phase: 'loading-copy',
    status: 'connecting',
    reason: undefined,
    failures: 0,
    since: now,
    startedAt: Number.NEGATIVE_INFINITY,
    restartedAt: Number.NEGATIVE_INFINITY,
    next: 'authorize',
    delay: 0,
    notBefore: 0,
    sentLargeFrame: false,
    deferred: undefined,
  },
  effects: [{ do: 'set-timeout', phase: 'loading-copy' }],
});

export const stay = (machine: MachineState): Step => ({ machine, effects: [] });

/** Enters a phase with a timeout and starts its work. */
export const enter = (
  machine: MachineState,
  phase: TimedPhase,
  now: number,
  work: Effect,
): Step => ({
  machine: { ...machine, phase, since: now },
  effects: [work, { do: 'set-timeout', phase }],
});

/** Starts an attempt or a manual sync, and ends the current one if there is any. */
export function start(machine: MachineState, next: MachineState['next'], now: number): Step {
  const isAttempt = next === 'authorize';
  const started: MachineState = {
    ...machine,
    status: isAttempt ? machine.status : 'syncing',
    startedAt: now,
    sentLargeFrame: false,
  };
  const phase = isAttempt ? 'authorizing' : 'manual-sync';
  const { effects, ...step } = enter(started, phase, now, { do: next });
  return { ...step, effects: [{ do: 'disconnect' }, ...effects] };
}

/** Disconnects and waits `delay` milliseconds before `machine.next`. */
export function backOff(machine: MachineState, delay: number, now: number): Step {
  return {
    machine: { ...machine, phase: 'backing-off', since: now, delay },
    effects: [{ do: 'disconnect' }, { do: 'back-off', milliseconds: delay }],
  };
}

/** Ends the back-off at `time`, unless it ends sooner anyway. */
export function shorten(machine: MachineState, time: number, now: number): Step {
  const delay = time - now;
  if (delay <= 0) return start({ ...machine, status: 'connecting' }, machine.next, now);
  const left = machine.since + machine.delay - now;
  if (delay >= left) return stay(machine);
  return {
    machine: { ...machine, since: now, delay },
    effects: [{ do: 'back-off', milliseconds: delay }],
  };
}

/** Disconnects until `resume()`. */
export function pause(machine: MachineState, now: number): Step {
  return {
    machine: { ...machine, phase: 'paused', since: now },
    effects: [{ do: 'disconnect' }, { do: 'clear-timer' }],
  };
}

/** Disconnects for good. */
export function end(
  machine: MachineState,
  status: ConnectionStatus,
  reason: TinyHostError,
  now: number,
): Step {
  const { effects, ...step } = pause({ ...machine, status, reason }, now);
  return {
    machine: { ...step.machine, phase: 'ended' },
    effects: [...effects, { do: 'reject-saves', reason }],
  };
}
