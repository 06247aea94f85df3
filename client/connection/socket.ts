import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import { type Reaction, reactionToClose } from './close-reactions.ts';

export interface SocketEvents {
  onOpen(): void;
  /** The socket was closed, or could not be opened. */
  onClose(reaction: Reaction): void;
}

/** Opens a socket to the user's room. Throws `unsupported` if the runtime has no WebSocket. */
export function openSocket(
  client: ClientContext,
  query: Record<string, string>,
  { onOpen, onClose }: SocketEvents,
): WebSocket {
  const Socket = (client.WebSocket ?? globalThis.WebSocket) as typeof WebSocket | undefined;
  if (!Socket) throw new TinyHostError('unsupported', 'this runtime has no WebSocket');
  const url = client.http.url.replace(/^http/, 'ws');
  const socket = new Socket(`${url}/ws?${new URLSearchParams({ ...query, resume: '1' })}`);
  socket.addEventListener('open', () => onOpen());
  socket.addEventListener('close', ({ code }) => onClose(reactionToClose(code)));
  // An error is always followed by a close, but Node throws errors that nobody listens for.
  socket.addEventListener('error', () => undefined);
  return socket;
}
