import { createMergeableStore, type MergeableStore } from 'tinybase';
import { Accounts } from './accounts.ts';
import { ServerClock } from './clock.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { TinyHostError } from './errors.ts';
import { Http } from './http.ts';
import type { Server } from './server.ts';
import { browserStorage, type Session, SessionKeeper, type SessionStorage } from './session.ts';

export interface ClientOptions {
  /** Where TinyHost runs, such as `https://sync.example.com`. */
  url: string;
  /** The name of the app: 1 to 63 of a-z, 0-9 and -, not starting with -. */
  namespace: string;
  /** Where the session is kept: localStorage by default, null for memory only. */
  storage?: SessionStorage | null;
  /** For places that have none, or another one, under the global name. */
  fetch?: typeof fetch;
  WebSocket?: unknown;
}

/** Accounts, the session, and the connection of one app to one TinyHost. */
export class Client extends Accounts {
  readonly #server: Server;

  constructor(server: Server) {
    super(server);
    this.#server = server;
  }

  /** The session that is kept, without asking the server; undefined when nobody is signed in. */
  get currentSession(): Session | undefined {
    return this.#server.sessions.value;
  }

  /** Calls `listener` when somebody signs in or out, in other tabs too, until unsubscribed. */
  subscribe(listener: (session: Session | undefined) => void): () => void {
    return this.#server.sessions.subscribe(listener);
  }

  /** The server's time, as far as known: the clock to give to a store of the app's own making. */
  get now(): () => number {
    return this.#server.clock.now;
  }

  /**
   * Keeps `store` in sync with the signed-in user's, and makes one if none is given. A store of
   * the app's own should be made by `createMergeableStore(undefined, client.now)`, without an id,
   * since devices with the same one write the same stamps, and belong to this user alone. Throws when nobody is signed in.
   */
  connect(
    store: MergeableStore = createMergeableStore(undefined, this.now),
    options: ConnectionOptions = {},
  ): Connection {
    const session = this.currentSession;
    if (!session) throw new TinyHostError('signed_out', 'nobody is signed in', { status: 401 });
    return new Connection(this.#server, session, store, options);
  }
}

/** Makes a client of one app. Throws where `url` is none. */
export function createClient(options: ClientOptions): Client {
  const url = new URL(`${options.url.replace(/\/+$/, '')}/${options.namespace}`);
  const storage = options.storage === undefined ? browserStorage() : options.storage;
  const sessions = new SessionKeeper(`tinyhost:${url}`, storage ?? undefined);
  const clock = new ServerClock(sessions.clockOffset);
  const fetcher = options.fetch ?? globalThis.fetch.bind(globalThis);
  const http = new Http(url, fetcher, clock);
  return new Client({ http, sessions, clock, WebSocket: options.WebSocket, givesTickets: true });
}
