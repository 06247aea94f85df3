import { CLOSE, type CloseName } from '../src/protocol/close.ts';
import { isUnauthorized, TinyHostError } from './errors.ts';

/** What to do after a socket has closed. */
export type Reaction =
  | { kind: 'retry' }
  /** Exchange the content over HTTP, then connect again. */
  | { kind: 'manual-sync' }
  | { kind: 'signed-out' | 'refused'; reason: TinyHostError };

const REACTIONS: Partial<Record<CloseName, Reaction['kind']>> = {
  messageTooLarge: 'manual-sync',
  sessionEnded: 'signed-out',
  accountDeleted: 'signed-out',
  tooManyDevices: 'refused',
  storeFull: 'refused',
  multiplexUnsupported: 'refused',
  newerFormat: 'refused',
};

/** Every close code that is not named above may be an accident: the network's or the server's. */
export function reactionTo(code: number): Reaction {
  const name = (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name].code === code);
  const kind = (name && REACTIONS[name]) ?? 'retry';
  if (!name || kind === 'retry' || kind === 'manual-sync') return { kind } as Reaction;
  return { kind, reason: new TinyHostError(name, CLOSE[name].reason) };
}

/** What to do after a call of the connection's own has failed. */
export function reactionToFailure(error: unknown): Reaction {
  if (!(error instanceof TinyHostError)) return { kind: 'retry' };
  if (isUnauthorized(error)) return { kind: 'signed-out', reason: error };
  const { code, status } = error;
  // Whoever answered in place of the server says nothing about what the server would do.
  if (code === 'invalid_answer') return { kind: 'retry' };
  const lasting = status === 507 || (status >= 400 && status < 500 && status !== 429);
  return lasting ? { kind: 'refused', reason: error } : { kind: 'retry' };
}
