import { CLOSE, type CloseName } from '../../src/protocol/close-codes.ts';
import { type FailureCode, isUnauthorized, TinyHostError } from '../errors.ts';

/** What a connection does after its socket has closed or one of its calls has failed. */
export type Reaction =
  | { kind: 'retry'; reason?: TinyHostError }
  /** Exchange the content over HTTP, then reconnect. */
  | { kind: 'manual-sync' }
  /** `again`: whether the refusal may pass by itself, so that slow retries make sense. */
  | { kind: 'refused'; reason: TinyHostError; again: boolean }
  /** This user may no longer read the store, which ends the connection. */
  | { kind: 'gone'; reason: TinyHostError }
  | { kind: 'signed-out'; reason: TinyHostError };

const REACTIONS: Partial<Record<CloseName, Reaction['kind']>> = {
  messageTooLarge: 'manual-sync',
  sessionEnded: 'signed-out',
  accountDeleted: 'signed-out',
  accountDisabled: 'signed-out',
  tooManyDevices: 'refused',
  storeFull: 'refused',
  multiplexUnsupported: 'refused',
  newerFormat: 'refused',
  notAMember: 'gone',
  storeDeleted: 'gone',
  readOnly: 'refused',
};

/**
 * Refusals that pass when another device disconnects, data is deleted, the address is verified or
 * the server is upgraded.
 */
const TEMPORARY: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'tooManyDevices',
  'storeFull',
  'newerFormat',
  'store_full',
  'payload_too_large',
  'email_unverified',
]);

/** Failures that a retry cannot change. All failures in neither list are retried as transient. */
const PERMANENT: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'unsupported',
  'invalid_options',
  'bad_request',
  'invalid_json',
  'invalid_field',
  'ambiguous_token',
  'forbidden',
  'forbidden_origin',
  'not_found',
  'method_not_allowed',
]);

/** Returns the reaction to a close code. Unknown codes are retried as transient failures. */
export function reactionToClose(code: number): Reaction {
  const name = (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name].code === code);
  const kind = (name && REACTIONS[name]) ?? 'retry';
  if (!name || kind === 'retry' || kind === 'manual-sync') return { kind } as Reaction;
  const reason = new TinyHostError(name, CLOSE[name].reason);
  return kind === 'refused' ? refused(reason) : { kind, reason };
}

/** Returns the reaction to a failed call, or to any other exception during an attempt. */
export function reactionToFailure(error: unknown): Reaction {
  if (!(error instanceof TinyHostError)) return { kind: 'retry' };
  if (isUnauthorized(error)) return { kind: 'signed-out', reason: error };
  const isRefusal = TEMPORARY.has(error.code) || PERMANENT.has(error.code);
  return isRefusal ? refused(error) : { kind: 'retry', reason: error };
}

const refused = (reason: TinyHostError): Reaction => ({
  kind: 'refused',
  reason,
  again: TEMPORARY.has(reason.code),
});
