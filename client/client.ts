import { createMergeableStore, type MergeableStore } from 'tinybase';
import { Accounts } from './accounts.ts';
import { appUrl } from './api/app-url.ts';
import { HttpClient } from './api/http-client.ts';
import { ServerClock } from './api/server-clock.ts';
import { bindMembers } from './common/bind-members.ts';
import { callSafely } from './common/observable.ts';
import { Connection, type ConnectionOptions } from './connection/connection.ts';
import type { ClientContext } from './context.ts';
import { TinyHostError } from './errors.ts';
import { eraseOfflineCopy, offlineCopyName } from './offline/erase-copy.ts';
import { PendingSignOuts } from './session/pending-sign-outs.ts';
import { type Session, SessionKeeper } from './session/session-keeper.ts';
import { browserStorage, SafeStorage, type SessionStorage } from './session/session-storage.ts';

export interface ClientOptions {
  /** Where TinyHost runs, such as `https://sync.example.com`. May have a path, but no query. */
  url: string;
  /** The name of the app: 1 to 63 of a-z, 0-9 and -, not starting with -. */
  namespace: string;
  /** Where the session is kept: localStorage by default, null for memory only. */
  storage?: SessionStorage | null;
  /**
   * Called with a `TinyHostError` of the code `storage` when the session could not be read from
   * `storage`, or written to it: then it lasts until the app closes. Never called before
   * `createClient` has returned.
   */
  onStorageError?: (error: TinyHostError) => void;
  /** For runtimes that have none, or another one, under the global name. */
  fetch?: typeof fetch;
  /** The same for `WebSocket`; Node has one from version 22 on. */
  WebSocket?: unknown;
}

/** Accounts, the session, and the connection of one app to one TinyHost. */
export class Client extends Accounts {
  readonly #context: ClientContext;

  constructor(context: ClientContext, signOuts: PendingSignOuts) {
    super(context, signOuts);
    this.#context = context;
    bindMembers(this);
  }

  /** The session that is kept, without asking the server; undefined when nobody is signed in. */
  get currentSession(): Session | undefined {
    return this.#context.sessions.value;
  }

  /** Calls `listener` when somebody signs in or out, in other tabs too, until unsubscribed. */
  subscribe(listener: (session: Session | undefined) => void): () => void {
    return this.#context.sessions.subscribe(listener);
  }

  /** The server's time, as far as known: the clock to give to a store of the app's own making. */
  get now(): () => number {
    return this.#context.clock.now;
  }

  /**
   * Keeps `store` in sync with the signed-in user's, and makes one if none is given. A store of
   * the app's own should be made by `createMergeableStore(undefined, client.now)`, without an id:
   * devices whose stores have the same one write the same stamps. It belongs to this user alone.
   * Throws a `TinyHostError` when nobody is signed in (`signed_out`), or where there is no
   * WebSocket (`unsupported`).
   */
  connect(
    store: MergeableStore = createMergeableStore(undefined, this.now),
    options: ConnectionOptions = {},
  ): Connection {
    const session = this.currentSession;
    if (!session) throw new TinyHostError('signed_out', 'nobody is signed in', { status: 401 });
    if (!(this.#context.WebSocket ?? globalThis.WebSocket))
      throw new TinyHostError('unsupported', NO_SOCKETS);
    return new Connection(this.#context, session, store, options);
  }
}

const NO_SOCKETS =
  'this runtime has no WebSocket: use Node 22 or later, or give createClient the one of the package ws';

/**
 * Makes a client of one app. Throws a `TinyHostError` of the code `invalid_options` where `url` or
 * `namespace` cannot be.
 */
export function createClient(options: ClientOptions): Client {
  const url = appUrl(options.url, options.namespace);
  const report = (error: TinyHostError) =>
    queueMicrotask(() => callSafely(() => options.onStorageError?.(error)));
  const area = options.storage === undefined ? browserStorage(report) : options.storage;
  const storage = new SafeStorage(area ?? undefined, report);
  const key = `tinyhost:${url}`;
  const sessions = new SessionKeeper(key, storage, (user) =>
    eraseOfflineCopy(offlineCopyName(url, user)),
  );
  const clock = new ServerClock(sessions.clockOffset, (offset) => sessions.keepClock(offset));
  const http = new HttpClient(url, options.fetch, clock);
  const signOuts = new PendingSignOuts(`${key}:sign-outs`, storage, http);
  const { WebSocket } = options;
  return new Client({ http, sessions, clock, WebSocket, supportsTickets: true }, signOuts);
}
