import { Lucia, TimeSpan } from 'lucia';
import { createLocatedUuid } from '../../located-token.ts';
import type { Config, RoomStorage, RoomTransaction } from '../../platform.ts';
import type { Account } from '../accounts/accounts.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { sha256Hex } from '../sha256.ts';
import { SessionAdapter } from './session-adapter.ts';
import { userAgentFamily } from './user-agent.ts';

/** Stored attributes of a session besides Lucia's own. */
export interface SessionAttributes {
  created_at: Date;
  /** Day of the last use in UTC, such as `2026-01-31`. */
  used_on: string;
  user_agent: string;
}

/** A session that has not expired, without its token. */
export interface Session extends SessionAttributes {
  /** Hexadecimal SHA-256 of the token: the id in storage, in other rooms and for the owner. */
  hash: string;
  expires_at: Date;
}

type AppLucia = Lucia<SessionAttributes, { account: Account }>;

declare module 'lucia' {
  interface Register {
    Lucia: AppLucia;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: { account: Account };
  }
}

/** A hundred years, for SESSION_DAYS=0. */
const UNLIMITED_DAYS = 36_525;

/**
 * Sessions of one account. A new one ends the oldest, so that a device that signs in at every start
 * cannot fill the room.
 */
const MAX_SESSIONS = 100;

export const hashToken = sha256Hex;

/** Other texts are not looked up: storage throws for a long key. */
const HASH = /^[0-9a-f]{64}$/;

/** The sessions of one room. Only this file and its adapter know Lucia. */
export class Sessions {
  readonly #adapter: SessionAdapter;
  readonly #lucia: AppLucia;

  /** Validating sessions needs the `outbox`, because it may renew them. */
  constructor(storage: RoomTransaction | RoomStorage, config: Config, outbox?: Outbox) {
    this.#adapter = new SessionAdapter(storage, config.SESSION_MAX_DAYS, outbox);
    this.#lucia = new Lucia(this.#adapter, {
      sessionExpiresIn: new TimeSpan(config.SESSION_DAYS || UNLIMITED_DAYS, 'd'),
      getSessionAttributes: (attributes) => attributes,
      getUserAttributes: (attributes) => attributes,
    });
  }

  /**
   * Creates a session in the accounts room `shard`. Returns its token, and the hashes of the
   * sessions that it ended.
   */
  async create(
    account: Account,
    shard: string,
    userAgent: string,
  ): Promise<{ token: string; ended: string[] }> {
    const token = createLocatedUuid(shard);
    const attributes = {
      created_at: new Date(),
      used_on: today(),
      user_agent: userAgentFamily(userAgent),
    };
    const ended = await this.#endOldest(account.id);
    await this.#lucia.createSession(account.id, attributes, { sessionId: hashToken(token) });
    return { token, ended };
  }

  /** Finds the session with this hash and its account. Renews it in the second half of its life. */
  async validate(hash: string): Promise<{ session: Session; account: Account } | undefined> {
    const { session, user } = await this.#lucia.validateSession(hash);
    if (!session || user.account.is_disabled) return undefined;
    if (session.used_on !== today()) await this.#adapter.markUsed(hash, today());
    return { session: this.#sessionOf(session), account: user.account };
  }

  /** The account's sessions, newest first. */
  async list(account: string): Promise<Session[]> {
    const sessions = await this.#lucia.getUserSessions(account);
    return sessions.map((session) => this.#sessionOf(session)).sort(newestFirst);
  }

  /** Whether an account has this session and it has not expired. */
  async has(account: string, hash: string): Promise<boolean> {
    return HASH.test(hash) && (await this.#adapter.isCurrent(account, hash));
  }

  end(account: string, hash: string): Promise<void> {
    return this.#adapter.remove(account, [hash]);
  }

  /** Ends all sessions of an account except one, and returns their hashes. */
  async endAll(account: string, except?: string): Promise<string[]> {
    const hashes = (await this.#adapter.hashesOf(account)).filter((hash) => hash !== except);
    await this.#adapter.remove(account, hashes);
    return hashes;
  }

  /** Makes room for one more session: ends the expired and the oldest, and returns their hashes. */
  async #endOldest(account: string): Promise<string[]> {
    const stored = await this.#adapter.getUserSessions(account);
    const kept = stored
      .filter(({ expiresAt }) => expiresAt.getTime() > Date.now())
      .sort((one, other) => newestFirst(one.attributes, other.attributes))
      .slice(0, MAX_SESSIONS - 1);
    const ended = stored.filter((session) => !kept.includes(session)).map(({ id }) => id);
    await this.#adapter.remove(account, ended);
    return ended;
  }

  #sessionOf(session: SessionAttributes & { id: string; expiresAt: Date }): Session {
    const { id: hash, created_at, used_on, user_agent } = session;
    // The adapter enforces the absolute maximum, which Lucia does not have.
    const expires_at = this.#adapter.notAfterMaximum(session.expiresAt, created_at);
    return { hash, created_at, used_on, user_agent, expires_at };
  }
}

const today = () => new Date().toISOString().slice(0, 10);

const newestFirst = (one: SessionAttributes, other: SessionAttributes): number =>
  other.created_at.getTime() - one.created_at.getTime();
