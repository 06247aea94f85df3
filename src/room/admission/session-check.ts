import { withDeadline } from '../../deadline.ts';
import type { AccountsOperations } from '../../operations/auth-room-operations.ts';
import {
  type ProvenWriter,
  type SessionWriter,
  WRITER_HEADER,
} from '../../operations/proven-access.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { EndedSessions } from './ended-sessions.ts';
import { operatorHolds } from './operator-check.ts';

/**
 * Milliseconds for which the edge's check of a session counts, unless the room knows that it ended.
 * A request that ends a session is answered after this room was told, or after much more time than
 * this.
 */
const PROOF_HOLDS = 1_000;

/** Milliseconds that the auth room may take to answer. */
const ANSWER = 8_000;

const ENDED = fail('unauthorized', 'the session has ended');

/**
 * Checks the session of a request again after its body is read. The body may take long, and the
 * session may end meanwhile.
 */
export class SessionCheck {
  readonly #host: RoomHost;
  readonly #ended: EndedSessions;

  constructor(host: RoomHost, ended: EndedSessions) {
    this.#host = host;
    this.#ended = ended;
  }

  /** Checks the session of a request. The result counts for the present turn. */
  async holds(request: Request): Promise<Result<void>> {
    const writer = writerOf(request);
    if (writer?.operator) return operatorHolds(this.#host, writer);
    if (!writer || this.#hasEnded(writer)) return ENDED;
    const now = Date.now();
    const isFresh = Math.abs(now - writer.proven_at) < PROOF_HOLDS;
    if (isFresh && Date.parse(writer.expires_at) > now) return succeed(undefined);
    const asked = await this.#ask(writer, now);
    return asked.ok && this.#hasEnded(writer) ? ENDED : asked;
  }

  #hasEnded({ session_hash }: SessionWriter): boolean {
    return this.#ended.has(session_hash, Date.now());
  }

  /**
   * On PartyKit a room that an alarm woke cannot reach the auth room. It then relies on the
   * sessions that it knows have ended.
   */
  async #ask({ session_hash, expires_at, shard }: SessionWriter, now: number) {
    const room = this.#host.rooms()?.auth(shard);
    if (!room) return Date.parse(expires_at) > now ? succeed(undefined) : ENDED;
    const asked = call<AccountsOperations, 'recheck-session'>(room, 'recheck-session', {
      session_hash,
    });
    const answer = await withDeadline(asked, ANSWER);
    return answer.ok ? succeed(undefined) : answer;
  }
}

/** The author that the edge has authenticated; undefined for a request that may not write. */
export const writerOf = (request: Request): ProvenWriter | undefined =>
  (JSON.parse(request.headers.get(WRITER_HEADER) ?? 'null') as ProvenWriter | null) ?? undefined;
