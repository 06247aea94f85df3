import {
  ACCOUNT_EXPORT,
  CONFIRMATION,
  RESET_OUTCOME,
  SESSION,
  SESSION_LIST,
  SIGNED_IN,
} from '../src/protocol/http-api/response-examples.ts';
import type {
  ListedSession,
  ResetOutcome,
  SessionDescription,
  SignedUp,
} from '../src/protocol/http-api/response-types.ts';
import type { HttpCall, HttpClient } from './api/http-client.ts';
import type { ServerClock } from './api/server-clock.ts';
import { sessionCall } from './api/session-call.ts';
import { throwIfAborted } from './common/abort.ts';
import type { CallOptions } from './common/deadline.ts';
import type { ClientContext } from './context.ts';
import type { AccountExport, NoSchemas, Schemas } from './schemas.ts';
import type { CurrentSession } from './session/current-session.ts';
import type { PendingSignOuts } from './session/pending-sign-outs.ts';
import { type Session, sessionOf } from './session/stored-session.ts';

export interface Credentials {
  email: string;
  password: string;
}

export interface PasswordChange {
  current_password: string;
  new_password: string;
  /** Whether to end all other sessions of the account; true by default. */
  end_other_sessions?: boolean;
}

export interface PasswordReset {
  /** The token of the mail. */
  token: string;
  new_password: string;
  /**
   * Whether to empty the store of an account whose address was never verified, because somebody
   * else may have created it. By default, the server does so if it requires verified addresses.
   */
  empty_store?: boolean;
}

export interface RevokeOptions extends CallOptions {
  /** The account's password. Required after the server has refused with `proof_needed`. */
  password?: string;
}

export interface VerifyOptions extends CallOptions {
  /** The password of the account. Required unless the account is signed in here. */
  password?: string;
}

/**
 * Calls about accounts and sessions. Each call rejects with a `TinyHostError`, or with the abort
 * reason if its signal aborts.
 */
export class Accounts<S extends Schemas = NoSchemas> {
  readonly #http: HttpClient;
  readonly #sessions: CurrentSession;
  readonly #signOuts: PendingSignOuts;
  readonly #clock: ServerClock;

  constructor(
    { http, sessions, clock }: Pick<ClientContext, 'http' | 'sessions' | 'clock'>,
    signOuts: PendingSignOuts,
  ) {
    this.#http = http;
    this.#sessions = sessions;
    this.#signOuts = signOuts;
    this.#clock = clock;
  }

  /**
   * Creates an account and signs in as `signIn` does. Resolves with undefined, and leaves the
   * current session alone, if the address has to be verified first, or if the server is older and
   * starts no session: call `signIn` then.
   */
  async signUp(credentials: Credentials, options: CallOptions = {}): Promise<Session | undefined> {
    const call = { body: credentials, ...options };
    const answer: SignedUp = await this.#http.call('sign-up', CONFIRMATION, call);
    const session = sessionOf(answer);
    if (session) await this.#enter(session);
    return session;
  }

  /**
   * Signs in and keeps the session. The former session, if any, is signed out. If it belonged to
   * another user, their offline copy is erased, together with edits that were not saved.
   */
  async signIn(credentials: Credentials, options: CallOptions = {}): Promise<Session> {
    const session = await this.#http.call('sign-in', SIGNED_IN, { body: credentials, ...options });
    await this.#enter(session);
    return session;
  }

  /**
   * Forgets the session, erases the offline copy and ends the session on the server. If the server
   * does not answer within `timeoutMs` (5,000 by default), the call resolves anyway, and the client
   * ends the session when it can reach the server. Await `connection.saved()` first if there may be
   * unsaved edits.
   */
  async signOut(options: CallOptions = {}): Promise<void> {
    throwIfAborted(options.signal);
    if (this.#sessions.loading) await this.#sessions.loading;
    const session = this.#sessions.value;
    const ending = session && this.#signOuts.end(session.session_uuid, options);
    await Promise.all([this.#sessions.leave(session), ending]);
    throwIfAborted(options.signal);
  }

  /** Fetches the user and the times of the current session. */
  session(options: CallOptions = {}): Promise<SessionDescription> {
    return this.#call('session', SESSION, { method: 'GET', ...options });
  }

  /** Lists all sessions of the account. */
  async sessions(options: CallOptions = {}): Promise<ListedSession[]> {
    const call = { method: 'GET', ...options } as const;
    return (await this.#call('sessions', SESSION_LIST, call)).sessions;
  }

  /** Ends the session with this id, and closes its connections. */
  async revokeSession(id: string, options: RevokeOptions = {}): Promise<void> {
    await this.#call(`sessions/${encodeURIComponent(id)}`, CONFIRMATION, revocation(options));
  }

  /** Ends all sessions of the account except the current one. */
  async revokeOtherSessions(options: RevokeOptions = {}): Promise<void> {
    await this.#call('sessions', CONFIRMATION, revocation(options));
  }

  /** Changes the password. By default, all other sessions of the account end. */
  async changePassword(change: PasswordChange, options: CallOptions = {}): Promise<void> {
    await this.#call('change-password', CONFIRMATION, { body: change, ...options });
  }

  /**
   * Requests a mail with a token for `resetPassword`. Resolves whether or not the address has an
   * account.
   */
  async requestReset(email: string, options: CallOptions = {}): Promise<void> {
    await this.#http.call('request-reset', CONFIRMATION, { body: { email }, ...options });
  }

  /** Sets a new password with the token of a mail, and ends all sessions of the account. */
  async resetPassword(reset: PasswordReset, options: CallOptions = {}): Promise<ResetOutcome> {
    const call = { body: reset, ...options };
    const answer = await this.#http.call('reset-password', RESET_OUTCOME, call);
    return { address_was_verified: answer.address_was_verified, store: answer.store };
  }

  /** Requests a mail with a token for `verifyAddress`. */
  async requestVerification(options: CallOptions = {}): Promise<void> {
    await this.#call('request-verification', CONFIRMATION, options);
  }

  /**
   * Verifies the address with the token of a mail. In addition, the account has to be signed in
   * here, or its password has to be given.
   */
  async verifyAddress(token: string, options: VerifyOptions = {}): Promise<void> {
    const { password, ...others } = options;
    await this.#sessions.loading;
    const session = this.#sessions.value?.session_uuid;
    const call = { body: { token, password }, token: session, ...others };
    await this.#http.call('verify-address', CONFIRMATION, call);
  }

  /** Fetches all data of the account: the user, the sessions and the content of the store. */
  exportAccount(options: CallOptions = {}): Promise<AccountExport<S>> {
    const call = { method: 'GET', ...options } as const;
    return this.#call<object>('export', ACCOUNT_EXPORT, call) as Promise<AccountExport<S>>;
  }

  /** Permanently deletes the account, its store and this device's offline copy. */
  async deleteAccount(password: string, options: CallOptions = {}): Promise<void> {
    await this.#sessions.loading;
    const session = this.#sessions.value;
    await this.#call('delete-account', CONFIRMATION, { body: { password }, ...options });
    await this.#sessions.leave(session);
  }

  /** Keeps a new session and ends the former one. */
  async #enter(session: Session): Promise<void> {
    await this.#sessions.loading;
    const former = this.#sessions.value;
    const kept = this.#sessions.keep(session, this.#clock.offset);
    if (former) void this.#signOuts.end(former.session_uuid);
    await kept;
  }

  #call<Answer>(path: string, example: Answer, call: HttpCall): Promise<Answer> {
    return sessionCall({ http: this.#http, sessions: this.#sessions }, path, example, call);
  }
}

/** Sends a body only with a password, because older servers reject a body. */
const revocation = ({ password, ...options }: RevokeOptions): HttpCall => ({
  method: 'DELETE',
  ...(password !== undefined && { body: { password } }),
  ...options,
});
