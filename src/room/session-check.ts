import { withDeadline } from '../deadline.ts';
import { type AuthOperations, type ProvenWriter, WRITER_HEADER } from '../operations.ts';
import type { RoomHost } from '../platform.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { call } from '../rpc.ts';
import type { EndedSessions } from './ended-sessions.ts';

/**
 * Milliseconds for which it holds what the edge has proven, unless the room was told of the end.
 * Whoever ends a session is answered when the room was told, or when it could not be reached for
 * much longer than this.
 */
const PROOF_HOLDS = 1_000;

/** How long the auth room may take to answer, in milliseconds. */
const ANSWER = 8_000;

const ENDED = fail('unauthorized', 'the session has ended');

/**
 * Asks about sessions once more when a body is there: it may have taken long, and who has ended
 * the session meanwhile relies on it.
 */
export class SessionCheck {
  readonly #host: RoomHost;
  readonly #ended: EndedSessions;

  constructor(host: RoomHost, ended: EndedSessions) {
    this.#host = host;
    this.#ended = ended;
  }

  /** Whether the session of a request holds in this very turn. */
  async holds(request: Request): Promise<Result<void>> {
    const writer = writerOf(request);
    if (!writer || this.#hasEnded(writer)) return ENDED;
    const now = Date.now();
    const isFresh = Math.abs(now - writer.proven_at) < PROOF_HOLDS;
    if (isFresh && Date.parse(writer.expires_at) > now) return succeed(undefined);
    const asked = await this.#ask(writer, now);
    return asked.ok && this.#hasEnded(writer) ? ENDED : asked;
  }

  #hasEnded({ session_hash }: ProvenWriter): boolean {
    return this.#ended.has(session_hash, Date.now());
  }

  /** A room that an alarm woke may have no others to ask on PartyKit; it knows those ended lately. */
  async #ask({ session_hash, expires_at, shard }: ProvenWriter, now: number) {
    const room = this.#host.rooms()?.auth(shard);
    if (!room) return Date.parse(expires_at) > now ? succeed(undefined) : ENDED;
    const asked = call<AuthOperations, 'recheck-session'>(room, 'recheck-session', {
      session_hash,
    });
    const answer = await withDeadline(asked, ANSWER);
    return answer.ok ? succeed(undefined) : answer;
  }
}

/** Whose request it is, as the edge says; undefined for one that may change nothing. */
const writerOf = (request: Request): ProvenWriter | undefined =>
  (JSON.parse(request.headers.get(WRITER_HEADER) ?? 'null') as ProvenWriter | null) ?? undefined;
