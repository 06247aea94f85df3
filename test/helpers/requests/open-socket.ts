import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { closeFrameOf } from './close-frame.ts';

/** Tries to open a socket. Resolves with `open`, or the status of the refusal. */
export async function openSocket(url: string): Promise<'open' | number> {
  const socket = tryToOpen(url);
  return Promise.race([once(socket, 'open').then(() => 'open' as const), refusal(socket)]);
}

/** Resolves with the status of a refusal, or with the close code. */
export async function socketOutcome(url: string): Promise<number> {
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
