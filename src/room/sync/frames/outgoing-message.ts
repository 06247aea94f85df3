import { fragments, type Message, writeFrame } from '../../../protocol/frame.ts';
import { utf8Length } from '../../../protocol/utf8.ts';

/** An encoded message: one frame, or its fragments. */
export interface OutgoingMessage {
  frames: string[];
  bytes: number;
}

/** `body` is JSON already. */
export function outgoingMessage(
  requestId: string | null,
  message: Message,
  body: string,
): OutgoingMessage {
  const frames = fragments(writeFrame(requestId, message, body), fragmentId);
  return { frames, bytes: frames.reduce((sum, frame) => sum + utf8Length(frame), 0) };
}

/** A random fragment id: 16 characters of TinyBase's alphabet for ids. */
const fragmentId = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 16);
