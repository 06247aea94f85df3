import { DEFAULT_HEARTBEAT_SECONDS } from '../../src/protocol/heartbeat.ts';
import { SESSION, TICKET } from '../../src/protocol/http-api/response-examples.ts';
import type { CallOptions } from '../common/deadline.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import type { Session } from '../session/stored-session.ts';

/** What is needed to open a socket. */
export interface SocketAdmission {
  /** The query of the socket's URL. */
  query: Record<string, string>;
  /** Seconds between the server's heartbeats; 0 for none. */
  heartbeatSeconds: number;
}

/**
 * Requests a ticket for a socket. Falls back to the session's token if the server has no tickets.
 * `isRetry` tells whether an earlier attempt has failed. Rejects with a `TinyHostError` or the
 * abort reason.
 */
export async function requestAdmission(
  client: ClientContext,
  { session_uuid: token }: Session,
  isRetry: boolean,
  options: CallOptions,
): Promise<SocketAdmission> {
  if (client.supportsTickets) {
    try {
      const call = { token, ...options };
      const { ticket, heartbeat_seconds } = await client.http.call('ws-ticket', TICKET, call);
      return {
        query: { ticket },
        heartbeatSeconds: heartbeat_seconds ?? DEFAULT_HEARTBEAT_SECONDS,
      };
    } catch (error) {
      if (!(error instanceof TinyHostError) || error.code !== 'not_found') throw error;
      // Servers with shared stores have tickets, so there is no such store.
      if (client.store) throw error;
      client.supportsTickets = false;
    }
  }
  // Browsers do not tell why a socket could not be opened. This call fails with the reason.
  if (isRetry) await client.http.call('session', SESSION, { method: 'GET', token, ...options });
  return { query: { sessionUuid: token }, heartbeatSeconds: DEFAULT_HEARTBEAT_SECONDS };
}
