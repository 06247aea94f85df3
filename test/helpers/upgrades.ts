import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

/** How an attempt to open a socket ended: `open`, or the status it was refused with. */
export async function openSocket(url: string): Promise<'open' | number> {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  socket.on('error', () => undefined);
  const refused = once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode);
  return Promise.race([once(socket, 'open').then(() => 'open' as const), refused]);
}
