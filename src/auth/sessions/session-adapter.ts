import type { Adapter, DatabaseSession } from 'lucia';
import type { RoomStorage, RoomTransaction } from '../../platform.ts';
import { Accounts } from '../accounts/accounts.ts';
import { isoTime } from '../iso-time.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { postSessionNews } from '../stores/post-to-stores.ts';

const DAY = 86_400_000;

/** Room storage deletes at most 128 keys a call, and a session has two. */
const REMOVED_AT_ONCE = 64;

/**
 * Stores Lucia's sessions in room storage: each by its hash, and in an index by its account. No
 * session is stored with an end after its absolute maximum.
 */
export class SessionAdapter implements Adapter {
  readonly #storage: RoomTransaction | RoomStorage;
  readonly #maxDays: number;
  readonly #outbox: Outbox | undefined;

  /**
   * A session ends at most `maxDays` after its creation; 0 means no maximum. Renewing a session
   * needs the `outbox`, which notifies the user room with the session's sockets.
   */
  constructor(storage: RoomTransaction | RoomStorage, maxDays: number, outbox?: Outbox) {
    this.#storage = storage;
    this.#maxDays = maxDays;
    this.#outbox = outbox;
  }

  async getSessionAndUser(hash: string): ReturnType<Adapter['getSessionAndUser']> {
    const session = await this.#get(hash);
    if (!session) return [null, null];
    const account = await new Accounts(this.#storage).get(session.userId);
    return [session, account ? { id: account.id, attributes: { account } } : null];
  }

  async getUserSessions(account: string): Promise<DatabaseSession[]> {
    const hashes = await this.hashesOf(account);
    const sessions = await Promise.all(hashes.map((hash) => this.#get(hash)));
    return sessions.filter((session) => session !== undefined);
  }

  setSession(session: DatabaseSession): Promise<void> {
    const { id, userId, attributes } = session;
    const expiresAt = this.notAfterMaximum(session.expiresAt, attributes.created_at);
    return this.#storage.put<unknown>({
      [sessionKey(id)]: { ...session, expiresAt },
      [indexKey(userId, id)]: id,
    });
  }

  async updateSessionExpiration(hash: string, renewed: Date): Promise<void> {
    if (!this.#outbox) throw new Error('a session cannot be renewed without the outbox');
    await this.#outbox.transact(async (storage, post) => {
      const session = await storage.get<DatabaseSession>(sessionKey(hash));
      if (!session) return;
      const expiresAt = this.notAfterMaximum(renewed, session.attributes.created_at);
      if (expiresAt <= session.expiresAt) return;
      await storage.put(sessionKey(hash), { ...session, expiresAt });
      const news = { session_hash: hash, expires_at: isoTime(expiresAt) };
      const renewal = { kind: 'renew-session', user: session.userId, ...news } as const;
      await postSessionNews(storage, post, renewal);
    });
  }

  /** Records the day of a session's last use. */
  async markUsed(hash: string, used_on: string): Promise<void> {
    await this.#change(hash, (now) => ({ ...now, attributes: { ...now.attributes, used_on } }));
  }

  /** For Lucia, which knows the hash only. */
  async deleteSession(hash: string): Promise<void> {
    const session = await this.#get(hash);
    if (session) await this.remove(session.userId, [hash]);
  }

  async deleteUserSessions(account: string): Promise<void> {
    await this.remove(account, await this.hashesOf(account));
  }

  /** Removes sessions of one account without reading them. */
  async remove(account: string, hashes: readonly string[]): Promise<void> {
    for (let start = 0; start < hashes.length; start += REMOVED_AT_ONCE) {
      const removed = hashes.slice(start, start + REMOVED_AT_ONCE);
      const keys = removed.flatMap((hash) => [sessionKey(hash), indexKey(account, hash)]);
      await this.#storage.delete(keys);
    }
  }

  /** The hashes of an account's sessions, those of expired ones included. */
  async hashesOf(account: string): Promise<string[]> {
    const index = await this.#storage.list<string>({ prefix: indexKey(account, '') });
    return [...index.values()];
  }

  /** Whether an account has this session and it has not expired. */
  async isCurrent(account: string, hash: string): Promise<boolean> {
    const session = await this.#get(hash);
    return session?.userId === account && session.expiresAt.getTime() > Date.now();
  }

  async deleteExpiredSessions(): Promise<void> {
    const sessions = await this.#storage.list<DatabaseSession>({ prefix: sessionKey('') });
    for (const { id, expiresAt } of sessions.values()) {
      if (expiresAt.getTime() <= Date.now()) await this.deleteSession(id);
    }
  }

  notAfterMaximum(end: Date, created_at: Date): Date {
    if (this.#maxDays === 0) return end;
    return new Date(Math.min(end.getTime(), created_at.getTime() + this.#maxDays * DAY));
  }

  /** In a transaction, so that a session that ended meanwhile does not come back. */
  async #change(hash: string, change: (now: DatabaseSession) => DatabaseSession): Promise<void> {
    const run = async (storage: RoomTransaction) => {
      const session = await storage.get<DatabaseSession>(sessionKey(hash));
      if (session) await storage.put(sessionKey(hash), change(session));
    };
    await ('transaction' in this.#storage ? this.#storage.transaction(run) : run(this.#storage));
  }

  #get(hash: string): Promise<DatabaseSession | undefined> {
    return this.#storage.get<DatabaseSession>(sessionKey(hash));
  }
}

const sessionKey = (hash: string) => `session:${hash}`;
const indexKey = (account: string, hash: string) => `session-of:${account}:${hash}`;
