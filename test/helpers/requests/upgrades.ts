import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { closeFrameOf } from './close-frame.ts';

/** How an attempt to open a socket ended: `open`, or the status it was refused with. */
export async function openSocket(url: string): Promise<'open' | number> {
  const socket = tryToOpen(url);
  return Promise.race([once(socket, 'open').then(() => 'open' as const), refusal(socket)]);
}

/** The status that a socket was refused with, or the code that it was closed with. */
export async function endOfSocket(url: string): Promise<number> {
  const socket = tryToOpen(url);
  return Promise.race([closeFrameOf(socket).then(({ code }) => code), refusal(socket)]);
}

function tryToOpen(url: string): WebSocket {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  return socket.on('error', () => undefined);
}

const refusal = (socket: WebSocket): Promise<number> =>
  once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode);
