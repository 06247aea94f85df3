import { SESSION, TICKET } from '../../src/protocol/answer-shapes.ts';
import type { CallOptions } from '../common/deadline.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import type { Session } from '../session/session-keeper.ts';
import { HEARTBEAT_SECONDS } from '../sync/heartbeat.ts';
import { type Reaction, reactionToClose } from './close-reactions.ts';

/** What lets a socket in, and what is to be expected of it. */
export interface Admission {
  /** Query of the socket's URL. */
  query: Record<string, string>;
  /** Seconds between the server's heartbeats; 0 for none. */
  heartbeatSeconds: number;
}

/**
 * Asks for a ticket, or takes the session's token where the server gives none. Fails as a call
 * does. `again` is whether this is a later attempt.
 */
export async function admission(
  client: ClientContext,
  { session_uuid: token }: Session,
  again: boolean,
  options: CallOptions,
): Promise<Admission> {
  if (client.supportsTickets) {
    try {
      const call = { token, ...options };
      const { ticket, heartbeat_seconds } = await client.http.call('ws-ticket', TICKET, call);
      return { query: { ticket }, heartbeatSeconds: heartbeat_seconds ?? HEARTBEAT_SECONDS };
    } catch (error) {
      if (!(error instanceof TinyHostError) || error.code !== 'not_found') throw error;
      client.supportsTickets = false;
    }
  }
  // Browsers do not tell why a socket could not be opened; this does.
  if (again) await client.http.call('session', SESSION, { method: 'GET', token, ...options });
  return { query: { sessionUuid: token }, heartbeatSeconds: HEARTBEAT_SECONDS };
}

export interface SocketEvents {
  opened(): void;
  /** It closed, or could not be opened. */
  closed(reaction: Reaction): void;
}

/** Opens one socket to the user's room. Throws where the runtime has no sockets. */
export function openSocket(
  client: ClientContext,
  query: Record<string, string>,
  events: SocketEvents,
): WebSocket {
  const Socket = (client.WebSocket ?? globalThis.WebSocket) as typeof WebSocket | undefined;
  if (!Socket) throw new TinyHostError('unsupported', 'this runtime has no WebSocket');
  const url = new URL(`${client.http.url}/ws?${new URLSearchParams(query)}`);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new Socket(`${url}`);
  socket.addEventListener('open', () => events.opened());
  socket.addEventListener('close', ({ code }) => events.closed(reactionToClose(code)));
  // The close that follows says all there is to know, but Node wants errors to be listened to.
  socket.addEventListener('error', () => undefined);
  return socket;
}
