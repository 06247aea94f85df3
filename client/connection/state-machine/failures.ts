import { TinyHostError } from '../../errors.ts';
import type { Reaction } from '../close-reactions.ts';
import { refusalDelay, retryDelay } from './retry-delays.ts';
import { backOff, end, pause, start, stay } from './steps.ts';
import type { MachineState, Phase, Step } from './types.ts';

/** A connection that was online for longer, in milliseconds, counts as a success. */
const STABLE_MS = 5_000;

/** A change of the network can shorten a back-off to this, in milliseconds. */
const SHORTEST_RETRY_MS = 5_000;
const SHORTEST_REFUSAL_MS = 30_000;

const CONNECTED: readonly Phase[] = ['authorizing', 'opening', 'syncing', 'online', 'manual-sync'];
const hasAttempt = ({ phase }: MachineState): boolean => CONNECTED.includes(phase);

/** Handles a timeout: the end of a back-off, or a phase that took too long. */
export function timeOut(machine: MachineState, now: number): Step {
  if (machine.phase === 'loading-copy') return start(machine, 'authorize', now);
  if (machine.phase === 'backing-off') return start(machine, machine.next, now);
  const reason = new TinyHostError('timeout', 'the server did not answer in time');
  return fail(machine, { kind: 'retry', reason }, now);
}

/** Handles a failure of the current attempt or exchange; ignores it if there is none. */
export function fail(machine: MachineState, cause: Reaction, now: number): Step {
  if (!hasAttempt(machine)) return stay(machine);
  const wasStable =
    machine.phase === 'online' && now - machine.since > Math.max(STABLE_MS, machine.delay);
  const failures = wasStable ? 1 : machine.failures + 1;
  const failed: MachineState = { ...machine, failures, next: 'authorize' };
  const reaction = explain(cause, machine.sentLargeFrame);
  switch (reaction.kind) {
    case 'signed-out':
      return signOut(failed, reaction.reason, now);
    case 'gone':
      return end(failed, 'refused', reaction.reason, now);
    case 'manual-sync':
      return syncManually(failed, now);
    case 'refused':
      return refuse({ ...failed, reason: reaction.reason }, reaction.again, now);
    case 'retry':
      return retry(failed, reaction.reason, now);
  }
}

/**
 * A server that refuses a large frame closes with 1009. That code is lost when the connection is
 * reset first or never ends. So if the cause is unknown, the large frame is taken for it.
 */
const explain = (cause: Reaction, sentLargeFrame: boolean): Reaction =>
  sentLargeFrame && cause.kind === 'retry' ? { kind: 'manual-sync' } : cause;

function signOut(failed: MachineState, reason: TinyHostError, now: number): Step {
  const { machine, effects } = end(failed, 'signed-out', reason, now);
  return { machine, effects: [...effects, { do: 'forget-session', reason }] };
}

/**
 * Backs off before the next attempt. The first loss of a stable connection shows as `connecting`.
 */
function retry(machine: MachineState, reason: TinyHostError | undefined, now: number): Step {
  const { phase, failures, startedAt } = machine;
  const status = phase === 'online' && failures === 1 ? 'connecting' : 'offline';
  const requested = (reason?.retryAfter ?? 0) * 1000;
  const delay = Math.max(retryDelay(failures), requested);
  const notBefore = requested ? now + requested : startedAt + Math.min(delay, SHORTEST_RETRY_MS);
  const shown = reason ?? machine.deferred?.reason;
  return backOff({ ...machine, status, reason: shown, notBefore }, delay, now);
}

/** Backs off after a refusal that may pass (`again`), or pauses until the app resumes. */
function refuse(machine: MachineState, again: boolean, now: number): Step {
  const delay = refusalDelay(machine.failures);
  const notBefore = now + Math.min(delay, SHORTEST_REFUSAL_MS);
  const refused: MachineState = { ...machine, status: 'refused', notBefore };
  const { effects, ...step } = again ? backOff(refused, delay, now) : pause(refused, now);
  return { ...step, effects: [...effects, { do: 'reject-saves', reason: machine.reason! }] };
}

/**
 * Handles content that is too large for the socket. The first manual sync starts at once. If that
 * did not help, or the server deferred some writes, it backs off before the next one.
 */
function syncManually(machine: MachineState, now: number): Step {
  const { failures, deferred } = machine;
  if (!deferred && failures === 1) return start(machine, 'manual-sync', now);
  const slow = refusalDelay(failures);
  const longest = refusalDelay(Number.POSITIVE_INFINITY);
  const delay = deferred
    ? Math.min(Math.max(slow, deferred.until - now), longest)
    : retryDelay(failures - 1);
  const notBefore = now + (deferred ? Math.min(slow, SHORTEST_REFUSAL_MS) : delay);
  const reason = deferred?.reason;
  const waiting = {
    ...machine,
    status: 'offline',
    reason,
    next: 'manual-sync',
    notBefore,
  } as const;
  return backOff(waiting, delay, now);
}
