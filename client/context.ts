import type { HttpClient } from './api/http-client.ts';
import type { ServerClock } from './api/server-clock.ts';
import type { SessionKeeper } from './session/session-keeper.ts';

/** One namespace of one server, and what the client knows about it. */
export interface ClientContext {
  readonly http: HttpClient;
  readonly sessions: SessionKeeper;
  readonly clock: ServerClock;
  /** The implementation of WebSocket; undefined for the global one. */
  readonly WebSocket: unknown;
  /** Whether the server gives tickets for sockets, as far as known. */
  supportsTickets: boolean;
}
