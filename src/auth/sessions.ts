import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia';
import type { Config, RoomTransaction } from '../platform.ts';
import { createLocatedUuid } from '../protocol/located-uuid.ts';
import { type Account, Accounts } from './accounts.ts';
import { sha256Hex } from './sha256.ts';

/** A session that has not expired. Its token is nowhere in it: only `hash` is stored. */
export interface Session {
  /** Hexadecimal SHA-256 of the token. */
  hash: string;
  created_at: Date;
  expires_at: Date;
}

/** What is stored of a session beside Lucia's own columns. */
interface SessionAttributes {
  created_at: Date;
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionAttributes, { account: Account }>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: { account: Account };
  }
}

/** What stands for a token in storage, in logs and in other rooms: its hexadecimal SHA-256. */
export const hashToken = sha256Hex;

/** The sessions of one auth room. The only file that knows Lucia. */
export class Sessions {
  private readonly adapter: SessionAdapter;
  private readonly lucia: Lucia<SessionAttributes, { account: Account }>;

  constructor(storage: RoomTransaction, config: Config) {
    this.adapter = new SessionAdapter(storage);
    this.lucia = new Lucia(this.adapter, {
      sessionExpiresIn: new TimeSpan(config.SESSION_DAYS || UNLIMITED_DAYS, 'd'),
      getSessionAttributes: (attributes) => attributes,
      getUserAttributes: (attributes) => attributes,
    });
  }

  /** Creates a session that lives in auth room `shard`, and gives its token. */
  async create(account: Account, shard: string): Promise<string> {
    const token = createLocatedUuid(shard);
    const attributes = { created_at: new Date() };
    await this.lucia.createSession(account.id, attributes, { sessionId: hashToken(token) });
    return token;
  }

  /** The session of a token and its account; renews it in the second half of its life. */
  async validate(token: string): Promise<{ session: Session; account: Account } | undefined> {
    const { session, user } = await this.lucia.validateSession(hashToken(token));
    if (!session) return undefined;
    const { id: hash, created_at, expiresAt: expires_at } = session;
    return { session: { hash, created_at, expires_at }, account: user.account };
  }

  end(hash: string): Promise<void> {
    return this.lucia.invalidateSession(hash);
  }
}

/** A hundred years: what SESSION_DAYS=0 comes to. */
const UNLIMITED_DAYS = 36_525;

/** Lucia's sessions in room storage: each under its hash, and in an index under its account. */
class SessionAdapter implements Adapter {
  constructor(private readonly storage: RoomTransaction) {}

  async getSessionAndUser(hash: string): ReturnType<Adapter['getSessionAndUser']> {
    const session = await this.storage.get<DatabaseSession>(sessionKey(hash));
    if (!session) return [null, null];
    const account = await new Accounts(this.storage).get(session.userId);
    return [session, account ? { id: account.id, attributes: { account } } : null];
  }

  async getUserSessions(account: string): Promise<DatabaseSession[]> {
    const hashes = await this.storage.list<string>({ prefix: indexKey(account, '') });
    const sessions = await Promise.all(
      [...hashes.values()].map((hash) => this.storage.get<DatabaseSession>(sessionKey(hash))),
    );
    return sessions.filter((session) => session !== undefined);
  }

  setSession(session: DatabaseSession): Promise<void> {
    const { id, userId } = session;
    return this.storage.put<unknown>({ [sessionKey(id)]: session, [indexKey(userId, id)]: id });
  }

  async updateSessionExpiration(hash: string, expiresAt: Date): Promise<void> {
    const session = await this.storage.get<DatabaseSession>(sessionKey(hash));
    if (session) await this.storage.put(sessionKey(hash), { ...session, expiresAt });
  }

  async deleteSession(hash: string): Promise<void> {
    const session = await this.storage.get<DatabaseSession>(sessionKey(hash));
    if (session) await this.storage.delete([sessionKey(hash), indexKey(session.userId, hash)]);
  }

  async deleteUserSessions(account: string): Promise<void> {
    for (const { id } of await this.getUserSessions(account)) await this.deleteSession(id);
  }

  async deleteExpiredSessions(): Promise<void> {
    const sessions = await this.storage.list<DatabaseSession>({ prefix: sessionKey('') });
    for (const { id, expiresAt } of sessions.values()) {
      if (expiresAt.getTime() <= Date.now()) await this.deleteSession(id);
    }
  }
}

const sessionKey = (hash: string) => `session:${hash}`;
const indexKey = (account: string, hash: string) => `session-of:${account}:${hash}`;
