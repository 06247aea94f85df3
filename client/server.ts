import type { ServerClock } from './clock.ts';
import type { Http } from './http.ts';
import type { SessionKeeper } from './session.ts';

/** One namespace of one server, and what the client knows about it. */
export interface Server {
  readonly http: Http;
  readonly sessions: SessionKeeper;
  readonly clock: ServerClock;
  /** The implementation of WebSocket; undefined for the global one. */
  readonly WebSocket: unknown;
  /** Whether the server gives tickets for sockets, as far as known. */
  givesTickets: boolean;
}
