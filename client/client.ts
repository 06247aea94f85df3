import { createMergeableStore } from 'tinybase';
import { isStoreId } from '../src/protocol/membership.ts';
import { Accounts } from './accounts.ts';
import { appUrl } from './api/app-url.ts';
import { HttpClient } from './api/http-client.ts';
import { ServerClock } from './api/server-clock.ts';
import { bindMembers } from './common/bind-members.ts';
import { callSafely } from './common/observable.ts';
import type { RuntimeEvents } from './common/runtime-events.ts';
import { Connection, type ConnectionOptions } from './connection/connection.ts';
import type { ClientContext } from './context.ts';
import { TinyHostError } from './errors.ts';
import { copySuffix, offlineCopyName } from './offline/copy-owner.ts';
import { eraseCopies } from './offline/indexed-db/erase-copy.ts';
import type { OfflineCopy } from './offline/offline-copy.ts';
import { StoreCopies } from './offline/store-copies.ts';
import { type NoSchemas, type Schemas, type StoreOf, setSchemas } from './schemas.ts';
import { CurrentSession } from './session/current-session.ts';
import { PendingSignOuts } from './session/pending-sign-outs.ts';
import { SafeStorage } from './session/safe-storage.ts';
import {
  type AsyncSessionStorage,
  browserStorage,
  type SessionStorage,
} from './session/session-storage.ts';
import type { Session } from './session/stored-session.ts';
import { createHistory, type History } from './stores/history.ts';
import { createStores, type Stores } from './stores/stores.ts';

export interface ClientOptions<S extends Schemas = NoSchemas> {
  /** The URL of TinyHost, such as `https://sync.example.com`. It may have a path, but no query. */
  url: string;
  /** The name of the app: 1 to 63 characters of a-z, 0-9 and -, not starting with -. */
  namespace: string;
  /**
   * TinyBase's schemas of the tables and of the values: they type the stores and the hooks, and are
   * set on the stores that `connect` creates. `createClient<Schemas>` only types.
   */
  schemas?: S;
  /**
   * Where to keep the session: localStorage by default; null for memory only. Its methods may return
   * promises, as those of React Native's AsyncStorage do; await `client.ready` then.
   */
  storage?: SessionStorage | AsyncSessionStorage | null;
  /**
   * Called with a `TinyHostError` of the code `storage` when the session cannot be read from or
   * written to `storage`. The session then lasts until the app closes. Never called before
   * `createClient` returns.
   */
  onStorageError?: (error: TinyHostError) => void;
  /**
   * Erases the copy that the persister of `offline` keeps under `name`, when its user has signed
   * out. It may be called for a copy that does not exist. The client waits 3 seconds for it.
   */
  eraseOffline?: (name: string) => void | Promise<void>;
  /** An implementation of fetch; the global one by default. */
  fetch?: typeof fetch;
  /**
   * Events in place of the browser's, for other runtimes; `reactNativeEvents` of
   * `tinyhost-client/react-native` returns those of React Native.
   */
  events?: RuntimeEvents;
  /** An implementation of WebSocket; the global one by default, which Node has since version 22. */
  WebSocket?: unknown;
}

/** The client of one app: its accounts, its session and its connections to TinyHost. */
export class Client<S extends Schemas = NoSchemas> extends Accounts<S> {
  readonly #context: ClientContext;
  readonly #schemas: S | undefined;
  /** The stores that the user shares with others. */
  readonly stores: Stores;
  /** What was in the user's stores, and calls that bring it back. */
  readonly history: History<S>;

  constructor(context: ClientContext, signOuts: PendingSignOuts, schemas?: S) {
    super(context, signOuts);
    this.#context = context;
    this.#schemas = schemas;
    this.stores = createStores(context);
    this.history = createHistory(context);
    bindMembers(this);
  }

  /**
   * Resolves when the session is known: at once, or when an asynchronous `storage` has told it, or
   * after 5 seconds. Never rejects. All calls wait for it, except `connect`.
   */
  get ready(): Promise<void> {
    return this.#context.sessions.loading ?? Promise.resolve();
  }

  /** Whether the session is known. Until then, `currentSession` is undefined. */
  get isReady(): boolean {
    return this.#context.sessions.loading === undefined;
  }

  /** The session of this device, without asking the server; undefined if nobody is signed in. */
  get currentSession(): Session | undefined {
    return this.#context.sessions.value;
  }

  /**
   * Calls `listener` after each sign-in and sign-out, including those in other tabs. Returns a
   * function that unsubscribes.
   */
  subscribe(listener: (session: Session | undefined) => void): () => void {
    return this.#context.sessions.subscribe(listener);
  }

  /**
   * Returns the estimated time of the server, in milliseconds since the epoch. Pass this function
   * to `createMergeableStore` when the app creates its own store.
   */
  get now(): () => number {
    return this.#context.clock.now;
  }

  /**
   * Connects `store`, or a new store, to the store of the signed-in user on the server. Create your
   * own store with `createMergeableStore(undefined, client.now)`, without an id, because stores
   * with the same id on two devices create equal stamps. Use a store for one user only. Throws a
   * `TinyHostError` if nobody is signed in (`signed_out`), the runtime has no WebSocket
   * (`unsupported`) or `options.store` is no id of a shared store (`invalid_options`).
   */
  connect(store?: StoreOf<S>, options: ConnectionOptions = {}): Connection<S> {
    const session = this.currentSession;
    if (!session) {
      const reason = this.isReady ? 'nobody is signed in' : 'await client.ready first';
      throw new TinyHostError('signed_out', reason, { status: 401 });
    }
    if (!(this.#context.WebSocket ?? globalThis.WebSocket))
      throw new TinyHostError('unsupported', NO_SOCKETS);
    const context = storeContext(this.#context, options.store);
    return new Connection<S>(context, session, store ?? this.#newStore(), options);
  }

  #newStore(): StoreOf<S> {
    const store = createMergeableStore(undefined, this.now);
    if (this.#schemas) setSchemas(store, this.#schemas);
    return store as StoreOf<S>;
  }
}

/** What a connection to this shared store uses: all of its calls go below the store's path. */
function storeContext(context: ClientContext, store: string | undefined): ClientContext {
  if (store === undefined) return context;
  if (!isStoreId(store)) {
    throw new TinyHostError('invalid_options', 'store has to be the id of a shared store');
  }
  return { ...context, http: context.http.below(`stores/${store}`), store, supportsTickets: true };
}

const NO_SOCKETS =
  'this runtime has no WebSocket: use Node 22 or later, or give createClient the one of the package ws';

/**
 * Creates the client of one app. Throws a `TinyHostError` with the code `invalid_options` if `url`
 * or `namespace` is invalid.
 */
export function createClient<const S extends Schemas = NoSchemas>(
  options: ClientOptions<S>,
): Client<[S[0], S[1]]> {
  const { events, WebSocket, schemas } = options;
  const url = appUrl(options.url, options.namespace);
  const report = (error: TinyHostError) =>
    queueMicrotask(() => callSafely(() => options.onStorageError?.(error)));
  const area = options.storage === undefined ? browserStorage(report) : options.storage;
  const storage = new SafeStorage(area ?? undefined, report);
  const key = `tinyhost:${url}`;
  const copies = new Set<OfflineCopy>();
  const erase = (name: string) => eraseCopies(name, copies, options.eraseOffline, report);
  const storeCopies = new StoreCopies(`${key}:copies`, storage, erase);
  const clock = new ServerClock((offset) => sessions.keepClock(offset));
  const sessions = new CurrentSession(key, storage, {
    erase: async (user) => {
      await Promise.all([
        erase(offlineCopyName(url, user)),
        storeCopies.eraseAll(copySuffix(user)),
      ]);
    },
    onClockOffset: (offset) => clock.restore(offset),
  });
  const http = new HttpClient(url, options.fetch, clock);
  const signOuts = new PendingSignOuts(`${key}:sign-outs`, storage, http, events);
  const context = {
    http,
    sessions,
    clock,
    copies,
    storeCopies,
    storeListeners: new Set<() => void>(),
    events,
    WebSocket,
    supportsTickets: true,
  };
  return new Client<[S[0], S[1]]>(context, signOuts, schemas && [...schemas]);
}
