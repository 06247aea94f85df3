import type { HttpClient } from './api/http-client.ts';
import type { ServerClock } from './api/server-clock.ts';
import type { RuntimeEvents } from './common/runtime-events.ts';
import type { OfflineCopy } from './offline/offline-copy.ts';
import type { StoreCopies } from './offline/store-copies.ts';
import type { CurrentSession } from './session/current-session.ts';

/** What the parts of one client share: access to one namespace of one server. */
export interface ClientContext {
  readonly http: HttpClient;
  readonly sessions: CurrentSession;
  readonly clock: ServerClock;
  /** The offline copies that are open. */
  readonly copies: Set<OfflineCopy>;
  /** The app's events; undefined to use the browser's. */
  readonly events?: RuntimeEvents | undefined;
  /** The app's implementation of WebSocket; undefined to use the global one. */
  readonly WebSocket: unknown;
  /** The names of the offline copies of shared stores. */
  readonly storeCopies: StoreCopies;
  /** Called when the account's list of stores may have changed. */
  readonly storeListeners: Set<() => void>;
  /** The id of the shared store below whose path `http` calls; undefined for the private store. */
  readonly store?: string | undefined;
  /** Whether the server issues tickets for sockets; true until it turns out not to. */
  supportsTickets: boolean;
}
