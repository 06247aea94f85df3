import {
  ACCOUNT_EXPORT,
  CONFIRMATION,
  RESET_OUTCOME,
  SESSION,
  SESSION_LIST,
  SIGNED_IN,
} from '../src/protocol/answer-shapes.ts';
import type {
  AccountExport,
  ListedSession,
  ResetOutcome,
  SessionDescription,
} from '../src/protocol/answers.ts';
import type { HttpCall, HttpClient } from './api/http-client.ts';
import type { ServerClock } from './api/server-clock.ts';
import type { CallOptions } from './common/deadline.ts';
import type { ClientContext } from './context.ts';
import { isUnauthorized, TinyHostError } from './errors.ts';
import type { PendingSignOuts } from './session/pending-sign-outs.ts';
import type { Session, SessionKeeper } from './session/session-keeper.ts';

export interface Credentials {
  email: string;
  password: string;
}

export interface PasswordChange {
  current_password: string;
  new_password: string;
  /** True by default. */
  end_other_sessions?: boolean;
}

export interface PasswordReset {
  token: string;
  new_password: string;
  /**
   * Whether an account whose address was never verified starts with an empty store: somebody else
   * may have made it. By default it does where the server asks for verified addresses.
   */
  empty_store?: boolean;
}

export interface RevokeOptions extends CallOptions {
  /** Needed where the server has refused with `proof_needed`. */
  password?: string;
}

export interface VerifyOptions extends CallOptions {
  password?: string;
}

/** The calls about accounts and sessions. Each may be aborted, and rejects with a TinyHostError. */
export class Accounts {
  readonly #http: HttpClient;
  readonly #sessions: SessionKeeper;
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

  /** Makes an account; signing in is a call of its own. */
  async signUp(credentials: Credentials, options: CallOptions = {}): Promise<void> {
    await this.#http.call('sign-up', CONFIRMATION, { body: credentials, ...options });
  }

  /**
   * Signs in and keeps the session. Whoever was signed in is signed out; if that was somebody
   * else, their offline copy is erased, with all that they did not save.
   */
  async signIn(credentials: Credentials, options: CallOptions = {}): Promise<Session> {
    const session = await this.#http.call('sign-in', SIGNED_IN, { body: credentials, ...options });
    const former = this.#sessions.value;
    this.#sessions.keep(session, this.#clock.offset);
    if (former) void this.#signOuts.end(former.session_uuid);
    return session;
  }

  /**
   * Forgets the session and erases the offline copy of the store at once, and ends the session on
   * the server. Where the server does not answer, within 5 s by default, it resolves all the same:
   * the session is ended when the server can be reached. Await `connection.saved()` first where
   * there may be unsaved edits.
   */
  async signOut(options: CallOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const session = this.#sessions.value;
    const ending = session && this.#signOuts.end(session.session_uuid, options);
    await Promise.all([this.#sessions.leave(session), ending]);
    options.signal?.throwIfAborted();
  }

  /** Asks the server about the session. */
  session(options: CallOptions = {}): Promise<SessionDescription> {
    return this.#call('session', SESSION, { method: 'GET', ...options });
  }

  /** All sessions of the account. */
  async sessions(options: CallOptions = {}): Promise<ListedSession[]> {
    const call = { method: 'GET', ...options } as const;
    return (await this.#call('sessions', SESSION_LIST, call)).sessions;
  }

  /** Ends the session of this id, and its connections. */
  async revokeSession(id: string, options: RevokeOptions = {}): Promise<void> {
    await this.#call(`sessions/${encodeURIComponent(id)}`, CONFIRMATION, revocation(options));
  }

  /** Ends all sessions of the account but this one. */
  async revokeOtherSessions(options: RevokeOptions = {}): Promise<void> {
    await this.#call('sessions', CONFIRMATION, revocation(options));
  }

  async changePassword(change: PasswordChange, options: CallOptions = {}): Promise<void> {
    await this.#call('change-password', CONFIRMATION, { body: change, ...options });
  }

  /**
   * Has a mail sent with a token for `resetPassword`; tells nobody whether the address is known.
   */
  async requestReset(email: string, options: CallOptions = {}): Promise<void> {
    await this.#http.call('request-reset', CONFIRMATION, { body: { email }, ...options });
  }

  /** Sets a password by the token of a mail, and ends every session of the account. */
  async resetPassword(reset: PasswordReset, options: CallOptions = {}): Promise<ResetOutcome> {
    const call = { body: reset, ...options };
    const answer = await this.#http.call('reset-password', RESET_OUTCOME, call);
    return { address_was_verified: answer.address_was_verified, store: answer.store };
  }

  /** Has a mail sent with a token for `verifyAddress`. */
  async requestVerification(options: CallOptions = {}): Promise<void> {
    await this.#call('request-verification', CONFIRMATION, options);
  }

  /**
   * Verifies the address by the token of a mail. That alone does not do: the account has to be the
   * one that is signed in here, or else its password has to be given.
   */
  async verifyAddress(token: string, options: VerifyOptions = {}): Promise<void> {
    const { password, ...others } = options;
    const session = this.#sessions.value?.session_uuid;
    const call = { body: { token, password }, token: session, ...others };
    await this.#http.call('verify-address', CONFIRMATION, call);
  }

  /** Everything the server has of the account: its sessions and the content of the store. */
  exportAccount(options: CallOptions = {}): Promise<AccountExport> {
    return this.#call('export', ACCOUNT_EXPORT, { method: 'GET', ...options });
  }

  /** Deletes the account and everything in it, for good. */
  async deleteAccount(password: string, options: CallOptions = {}): Promise<void> {
    const session = this.#sessions.value;
    await this.#call('delete-account', CONFIRMATION, { body: { password }, ...options });
    await this.#sessions.leave(session);
  }

  /** A call of the session's own. Where the server no longer knows the session, it is forgotten. */
  async #call<Answer>(path: string, example: Answer, call: HttpCall): Promise<Answer> {
    const session = this.#sessions.value;
    if (!session) throw new TinyHostError('signed_out', 'nobody is signed in', { status: 401 });
    try {
      return await this.#http.call(path, example, { ...call, token: session.session_uuid });
    } catch (error) {
      if (isUnauthorized(error)) this.#sessions.forget(session);
      throw error;
    }
  }
}

/** Without a password there is no body, as older servers take none. */
const revocation = ({ password, ...options }: RevokeOptions): HttpCall => ({
  method: 'DELETE',
  ...(password !== undefined && { body: { password } }),
  ...options,
});
