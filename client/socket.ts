import PartySocket from 'partysocket';
import { SESSION, TICKET } from '../src/protocol/answer-shapes.ts';
import { type Reaction, reactionTo, reactionToFailure } from './closing.ts';
import { TinyHostError } from './errors.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';

/** Delays between attempts to connect, in milliseconds; each is lengthened by up to its double. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 10_000;
const GROWTH = 2;

export interface SocketEvents {
  opened(): void;
  /** It closed, or could not be opened. Unless the app closes it, it opens again by itself. */
  closed(reaction: Reaction): void;
}

/**
 * Opens a PartySocket to the user's room, which connects again whenever it closes, each time with
 * a ticket of its own, or with the session's token where the server gives no tickets.
 */
export function openSocket(server: Server, session: Session, events: SocketEvents): PartySocket {
  const admit = async (): Promise<Record<string, string>> => {
    await sleep(Math.random() * delayOf(socket.retryCount));
    try {
      return await admission(server, session, socket.retryCount > 0);
    } catch (error) {
      events.closed(reactionToFailure(error));
      throw error;
    }
  };
  const { host, pathname, protocol } = server.http.url;
  const socket = new PartySocket({
    host,
    basePath: `${pathname.slice(1)}/ws`,
    protocol: protocol === 'https:' ? 'wss' : 'ws',
    query: admit,
    WebSocket: server.WebSocket,
    minReconnectionDelay: FIRST_DELAY,
    maxReconnectionDelay: LONGEST_DELAY,
    reconnectionDelayGrowFactor: GROWTH,
  });
  socket.addEventListener('open', () => events.opened());
  socket.addEventListener('close', ({ code }) => events.closed(reactionTo(code)));
  return socket;
}

/** What the query of the socket has to say. Fails as a call does; `again` is a later attempt. */
async function admission(
  server: Server,
  session: Session,
  again: boolean,
): Promise<Record<string, string>> {
  const token = session.session_uuid;
  if (server.givesTickets) {
    try {
      const { ticket } = await server.http.call('ws-ticket', TICKET, { token });
      return { ticket };
    } catch (error) {
      if (!(error instanceof TinyHostError) || error.code !== 'not_found') throw error;
      server.givesTickets = false;
    }
  }
  // Browsers do not tell why a socket could not be opened; this does.
  if (again) await server.http.call('session', SESSION, { method: 'GET', token });
  return { sessionUuid: token };
}

/** PartySocket's own delay before an attempt of this number, which the jitter is added to. */
const delayOf = (attempt: number): number =>
  attempt === 0 ? 0 : Math.min(FIRST_DELAY * GROWTH ** (attempt - 1), LONGEST_DELAY);

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
