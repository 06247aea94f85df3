import { fits, SIGNED_IN } from '../../src/protocol/http-api/response-examples.ts';
import type { SignedIn } from '../../src/protocol/http-api/response-types.ts';

/** A session as the server returned it at sign-in. Its `session_uuid` is a secret token. */
export type Session = SignedIn;

/** What the storage holds: a session, or only its user after the session has ended by itself. */
export interface StoredSession extends Partial<Session> {
  /** Milliseconds by which the server's clock is ahead, for a start without network. */
  clock_offset?: number;
  /** Tells other tabs that the user has signed out. It is removed from the storage at once. */
  left?: true;
}

const SHAPES: StoredSession[] = [SIGNED_IN, { user: SIGNED_IN.user }, { left: true }];

/** Parses what the storage holds; undefined for anything that this client did not write. */
export function parseStoredSession(text: string | null): StoredSession | undefined {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    if (text !== null && !SHAPES.some((shape) => fits(kept, shape))) return undefined;
    return kept as StoredSession;
  } catch {
    return undefined;
  }
}

export const sessionOf = (kept: StoredSession): Session | undefined =>
  fits(kept, SIGNED_IN) ? { session_uuid: kept.session_uuid, user: kept.user } : undefined;
