import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { CloseEventReason } from '../../../src/protocol/close-codes.ts';
import { closeFrameOf } from '../requests/close-frame.ts';
import type { User } from '../requests/users.ts';

/** A socket of a member of a shared store. */
export interface MemberSocket {
  /** The server's close frame. */
  closeFrame: Promise<CloseEventReason>;
  isOpen(): boolean;
  /** All messages, joined. */
  received(): string;
}

/** Opens a socket by a path below the server, and waits until the room has admitted it. */
export async function openMemberSocket(user: User, path: string): Promise<MemberSocket> {
  const url = new URL(`${user.url.replace('http', 'ws')}/${path}`);
  url.searchParams.set('sessionUuid', user.session_uuid);
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  let closed = false;
  const closeFrame = closeFrameOf(socket).then((frame) => {
    closed = true;
    return frame;
  });
  const messages: string[] = [];
  socket.on('message', (message) => messages.push(`${message}`));
  await once(socket, 'message');
  const isOpen = () => !closed && socket.readyState === WebSocket.OPEN;
  return { closeFrame, isOpen, received: () => messages.join('\n') };
}
