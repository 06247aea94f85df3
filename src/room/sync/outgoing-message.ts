import { fragments, type Message, writeFrame } from '../../protocol/frame.ts';
import { utf8Length } from '../../protocol/utf8.ts';

/** A message on its way to one or more devices: its frame, or the fragments of that. */
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

/** 16 random characters of the alphabet that fragment ids have. */
const fragmentId = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 16);
