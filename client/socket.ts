import { SESSION, TICKET } from '../src/protocol/answer-shapes.ts';
import { type Reaction, reactionTo } from './closing.ts';
import type { CallOptions } from './deadline.ts';
import { TinyHostError } from './errors.ts';
import { HEARTBEAT_SECONDS } from './heartbeat.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';

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
  server: Server,
  { session_uuid: token }: Session,
  again: boolean,
  options: CallOptions,
): Promise<Admission> {
  if (server.givesTickets) {
    try {
      const call = { token, ...options };
      const { ticket, heartbeat_seconds } = await server.http.call('ws-ticket', TICKET, call);
      return { query: { ticket }, heartbeatSeconds: heartbeat_seconds ?? HEARTBEAT_SECONDS };
    } catch (error) {
      if (!(error instanceof TinyHostError) || error.code !== 'not_found') throw error;
      server.givesTickets = false;
    }
  }
  // Browsers do not tell why a socket could not be opened; this does.
  if (again) await server.http.call('session', SESSION, { method: 'GET', token, ...options });
  return { query: { sessionUuid: token }, heartbeatSeconds: HEARTBEAT_SECONDS };
}

export interface SocketEvents {
  opened(): void;
  /** It closed, or could not be opened. */
  closed(reaction: Reaction): void;
}

/** Opens one socket to the user's room. Throws where the runtime has no sockets. */
export function openSocket(
  server: Server,
  query: Record<string, string>,
  events: SocketEvents,
): WebSocket {
  const Socket = (server.WebSocket ?? globalThis.WebSocket) as typeof WebSocket | undefined;
  if (!Socket) throw new TinyHostError('unsupported', 'this runtime has no WebSocket');
  const url = new URL(`${server.http.url}/ws?${new URLSearchParams(query)}`);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new Socket(`${url}`);
  socket.addEventListener('open', () => events.opened());
  socket.addEventListener('close', ({ code }) => events.closed(reactionTo(code)));
  // The close that follows says all there is to know, but Node wants errors to be listened to.
  socket.addEventListener('error', () => undefined);
  return socket;
}
