import { retryDelay } from './retry-delays.ts';
import { backOff, shorten, start, stay } from './steps.ts';
import type { MachineState, Step } from './types.ts';

/** Changes of the network restart a running attempt at most once in this time, in milliseconds. */
const RESTART_INTERVAL_MS = 10_000;

/** `resume()` starts an attempt at the earliest this long after the last one, in milliseconds. */
const RESUME_INTERVAL_MS = 1_000;

/** Handles `resume()` of the app. */
export function resume(machine: MachineState, now: number): Step {
  if (machine.phase === 'backing-off') {
    const requested = machine.reason?.retryAfter ? machine.notBefore : 0;
    return shorten(machine, Math.max(machine.startedAt + RESUME_INTERVAL_MS, requested), now);
  }
  if (machine.phase !== 'paused') return changeNetwork(machine, now);
  const resumed: MachineState = {
    ...machine,
    status: 'connecting',
    reason: undefined,
    next: 'authorize',
  };
  const interval = Math.min(retryDelay(machine.failures), RESUME_INTERVAL_MS);
  const delay = machine.startedAt + interval - now;
  return delay > 0 ? backOff(resumed, delay, now) : start(resumed, 'authorize', now);
}

/** Handles a change of the network: whatever is in progress may never complete. */
export function changeNetwork(machine: MachineState, now: number): Step {
  switch (machine.phase) {
    case 'backing-off':
      return shorten(machine, machine.notBefore, now);
    case 'syncing':
    case 'online':
      return { machine, effects: [{ do: 'check-server' }] };
    case 'authorizing':
    case 'opening':
      return restart(machine, 'authorize', machine.restartedAt, now);
    case 'manual-sync':
      return restart(machine, 'manual-sync', Math.max(machine.since, machine.restartedAt), now);
    default:
      return stay(machine);
  }
}

function restart(
  machine: MachineState,
  next: MachineState['next'],
  lastActivity: number,
  now: number,
): Step {
  if (now - lastActivity < RESTART_INTERVAL_MS) return stay(machine);
  return start({ ...machine, restartedAt: now }, next, now);
}

/** Handles a write of the app: it may resolve a refusal, or why the server deferred writes. */
export function changeStore(machine: MachineState, now: number): Step {
  const { phase, status, deferred } = machine;
  const mayHelp = phase === 'backing-off' && (status === 'refused' || deferred !== undefined);
  return mayHelp ? shorten(machine, machine.notBefore, now) : stay(machine);
}
