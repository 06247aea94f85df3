import type { Client } from '../client.ts';
import { bindMembers } from '../common/bind-members.ts';
import { Observable } from '../common/observable.ts';
import type { Connection, ConnectionOptions } from '../connection/connection.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import { TinyHostError } from '../errors.ts';
import type { NoSchemas, Schemas, StoreOf } from '../schemas.ts';
import type { Session } from '../session/stored-session.ts';
import { SessionMembers } from './session-members.ts';
import { SessionPresence } from './session-presence.ts';

/** What an app shows of its client. Each change creates a new object. */
export interface Snapshot<S extends Schemas = NoSchemas> {
  /** Whether it is known if somebody is signed in; false while an asynchronous storage is read. */
  readonly isReady: boolean;
  /** Undefined while nobody is signed in. */
  readonly session: Session | undefined;
  /** Undefined while nobody is signed in, before it is opened, and if it cannot be opened. */
  readonly connection: Connection<S> | undefined;
  /** The state of the connection, or the state to show without one. */
  readonly state: ConnectionState;
}

export interface SessionConnectionOptions<S extends Schemas = NoSchemas> extends ConnectionOptions {
  client: Client<S>;
  /**
   * Creates the store of each session. The default is
   * `createMergeableStore(undefined, client.now)`.
   */
  makeStore?: ((client: Client<S>) => StoreOf<S>) | undefined;
}

type WithoutConnection = Snapshot & { readonly connection: undefined };

const SIGNED_OUT: WithoutConnection = {
  isReady: true,
  session: undefined,
  connection: undefined,
  state: { status: 'signed-out', saved: true },
};

/** What a server renders, because it knows no session, and a browser while it hydrates that. */
export const ON_SERVER: WithoutConnection = { ...SIGNED_OUT, isReady: false };

/** The state while an asynchronous storage has not told yet whether somebody is signed in. */
const LOADING: WithoutConnection = {
  ...ON_SERVER,
  state: { status: 'connecting', saved: false },
};

/**
 * Connects while somebody is signed in. Each sign-in gets its own store and connection. All
 * bindings for frameworks share this class. Creating an object has no effect until `start()`.
 */
export class SessionConnection<S extends Schemas = NoSchemas> {
  readonly client: Client<S>;
  readonly presence: SessionPresence;
  readonly members: SessionMembers;
  readonly #makeStore: SessionConnectionOptions<S>['makeStore'];
  readonly #options: ConnectionOptions;
  readonly #shown = new Observable<Snapshot<S>>(ON_SERVER);
  #idle: Snapshot<S> = SIGNED_OUT;
  /** How many callers of `start()` have not stopped yet. */
  #users = 0;
  /** Defined while it follows the session of the client. */
  #unfollow: (() => void) | undefined;
  #unwatch: (() => void) | undefined;

  constructor({ client, makeStore, ...options }: SessionConnectionOptions<S>) {
    this.client = client;
    this.#makeStore = makeStore;
    this.#options = options;
    this.presence = new SessionPresence(this);
    this.members = new SessionMembers(this, options.store);
    bindMembers(this);
  }

  /** What to show now. Before `start()`, it is as if the connection was about to be created. */
  get value(): Snapshot<S> {
    if (this.#unfollow) return this.#shown.value;
    const { currentSession: session } = this.client;
    if (!session || session !== this.#idle.session) this.#idle = this.#withoutConnection(session);
    return this.#idle;
  }

  /** Calls `listener` after each change. Returns a function that unsubscribes. */
  subscribe(listener: (snapshot: Snapshot<S>) => void): () => void {
    return this.#shown.subscribe(listener);
  }

  /**
   * Connects if somebody is signed in, and after each sign-in. Returns a function that stops this.
   * The connection is closed when all callers have stopped and none has started again in the same
   * turn, as React does in strict mode.
   */
  start(): () => void {
    this.#follow();
    this.#users += 1;
    let stop = (): void => {
      stop = () => undefined;
      this.#users -= 1;
      queueMicrotask(() => this.#users === 0 && this.#end());
    };
    return () => stop();
  }

  #follow(): void {
    if (this.#unfollow) return;
    this.#unfollow = this.client.subscribe((session) => {
      if (session?.session_uuid !== this.#shown.value.session?.session_uuid) this.#use(session);
    });
    if (!this.client.isReady) void this.client.ready.then(() => this.#showReady());
    try {
      this.#use(this.client.currentSession);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** The client reports a session by itself, but not that there is none. */
  #showReady(): void {
    if (this.#shown.value === LOADING) this.#shown.set(SIGNED_OUT);
  }

  #end(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#unwatch?.();
    this.#unwatch = undefined;
    const { connection } = this.#shown.value;
    this.#shown.set(this.value);
    void connection?.close();
  }

  /** The former connection has ended by itself, because its session has. */
  #use(session: Session | undefined): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#shown.set(this.#withoutConnection(session));
    if (!session) return;
    try {
      const connection = this.client.connect(this.#makeStore?.(this.client), this.#options);
      this.presence.begin(connection);
      this.#shown.set({ isReady: true, session, connection, state: connection.state });
      this.#unwatch = connection.subscribe((state) =>
        this.#shown.set({ isReady: true, session, connection, state }),
      );
    } catch (error) {
      if (!(error instanceof TinyHostError)) throw error;
      this.#shown.set(this.#withoutConnection(session, error));
    }
  }

  /** While nobody is signed in, before a connection exists, or after it has failed. */
  #withoutConnection(session: Session | undefined, reason?: TinyHostError): WithoutConnection {
    if (!session) return this.client.isReady ? SIGNED_OUT : LOADING;
    const status = reason ? 'refused' : 'connecting';
    const state: ConnectionState = { status, saved: false, reason };
    return { isReady: true, session, connection: undefined, state };
  }
}
