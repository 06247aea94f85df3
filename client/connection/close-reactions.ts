import { CLOSE, type CloseName } from '../../src/protocol/close.ts';
import { type FailureCode, isUnauthorized, TinyHostError } from '../errors.ts';

/** What to do after a socket has closed or a call has failed. */
export type Reaction =
  | { kind: 'retry'; reason?: TinyHostError }
  /** Exchange the content over HTTP, then connect again. */
  | { kind: 'manual-sync' }
  /** `again`: whether it may pass without the app's doing, so that it is tried again, slowly. */
  | { kind: 'refused'; reason: TinyHostError; again: boolean }
  | { kind: 'signed-out'; reason: TinyHostError };

const REACTIONS: Partial<Record<CloseName, Reaction['kind']>> = {
  messageTooLarge: 'manual-sync',
  sessionEnded: 'signed-out',
  accountDeleted: 'signed-out',
  tooManyDevices: 'refused',
  storeFull: 'refused',
  multiplexUnsupported: 'refused',
  newerFormat: 'refused',
};

/**
 * Refusals that end when a device leaves, something is deleted, an address is verified or the
 * server is upgraded.
 */
const PASSING: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'tooManyDevices',
  'storeFull',
  'newerFormat',
  'store_full',
  'payload_too_large',
  'email_unverified',
]);

/** Failures that no further attempt can change. Whatever is not named here may be an accident. */
const LASTING: ReadonlySet<FailureCode> = new Set<FailureCode>([
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

/** Every close code that is not named above may be an accident: the network's or the server's. */
export function reactionToClose(code: number): Reaction {
  const name = (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name].code === code);
  const kind = (name && REACTIONS[name]) ?? 'retry';
  if (!name || kind === 'retry' || kind === 'manual-sync') return { kind } as Reaction;
  const reason = new TinyHostError(name, CLOSE[name].reason);
  return kind === 'signed-out' ? { kind, reason } : refused(reason);
}

/** What to do after a call of the connection's own has failed, or anything else has thrown. */
export function reactionToFailure(error: unknown): Reaction {
  if (!(error instanceof TinyHostError)) return { kind: 'retry' };
  if (isUnauthorized(error)) return { kind: 'signed-out', reason: error };
  const isRefusal = PASSING.has(error.code) || LASTING.has(error.code);
  return isRefusal ? refused(error) : { kind: 'retry', reason: error };
}

const refused = (reason: TinyHostError): Reaction => ({
  kind: 'refused',
  reason,
  again: PASSING.has(reason.code),
});
