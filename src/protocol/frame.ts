import { isPair, utf8Length } from './utf8.ts';

/**
 * The frames of TinyBase 10's WebSocket synchronizer: `<client id>\n<JSON [requestId, message,
 * body]>`. To the server the id is the addressee (empty for everyone), from the server it is the
 * sender. A long frame is split into fragments, `<client id>\n<id>\n<index>\n<total>\n<text>`.
 */
export const MESSAGE = {
  response: 0,
  getContentHashes: 1,
  contentHashes: 2,
  contentDiff: 3,
  getTableDiff: 4,
  getRowDiff: 5,
  getCellDiff: 6,
  getValueDiff: 7,
  /** TinyHost's own; see sync-point.ts. */
  syncPoint: 100,
  /** TinyHost's own; see presence.ts. */
  presence: 101,
} as const;

export type Message = (typeof MESSAGE)[keyof typeof MESSAGE];

/** The client id of the server. */
export const SERVER_ID = 'S';

/**
 * The limits of TinyBase's clients for fragments: for one message, and for incomplete messages of a
 * socket.
 */
export const MAX_FRAGMENTS = 1000;
export const MAX_WAITING_MESSAGES = 100;
export const MAX_WAITING_BYTES = 16_777_216;

/** Largest frame in bytes that is sent without fragments. PartyKit's limit is 1 MiB. */
export const MAX_FRAME_BYTES = 1_000_000;
const FRAGMENT_BYTES = 500_000;

export interface Envelope {
  requestId: string | null;
  message: number;
  body: unknown;
  /** The JSON of the envelope. */
  json: string;
}

export interface Fragment {
  id: string;
  index: number;
  total: number;
  text: string;
}

/** Splits a frame at its first line end; undefined if it has none. */
export function splitFrame(frame: string): { address: string; content: string } | undefined {
  const end = frame.indexOf('\n');
  if (end < 0) return undefined;
  return { address: frame.slice(0, end), content: frame.slice(end + 1) };
}

/** Parses the JSON of a frame; undefined if it is malformed or no message. */
export function readEnvelope(content: string): Envelope | undefined {
  const json = parseJson(content);
  if (!Array.isArray(json) || json.length !== 3) return undefined;
  const [requestId, message, body] = json as unknown[];
  if (requestId !== null && typeof requestId !== 'string') return undefined;
  if (!Number.isInteger(message)) return undefined;
  return { requestId, message: message as number, body, json: content };
}

const CHANGE_HEAD = `[null,${MESSAGE.contentDiff},`;
const CHANGE_TAIL = ',1]]';

/** The JSON of a change's body as it came; undefined if it is not formatted as TinyBase does. */
export const changeTextOf = ({ json }: Envelope): string | undefined =>
  json.startsWith(CHANGE_HEAD) && json.endsWith(CHANGE_TAIL)
    ? json.slice(CHANGE_HEAD.length, -1)
    : undefined;

/** `JSON.parse` that returns undefined for invalid or too deeply nested JSON. */
export function parseJson(text: string): unknown {
  if (text.length > SHORT_LENGTH && isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A text up to this length cannot be nested so deeply that parsing takes long. */
const SHORT_LENGTH = 50_000;
const MAX_DEPTH = 1000;

/** Whether JSON nests so deeply that V8 would take seconds per megabyte to parse it. */
function isTooDeep(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < json.length; index++) {
    const unit = json[index];
    if (quoted) {
      if (unit === '\\') index++;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === '[' || unit === '{') {
      if (++depth > MAX_DEPTH) return true;
    } else if (unit === ']' || unit === '}') depth--;
  }
  return false;
}

const FRAGMENT = /^([-0-9A-Z_a-z]{16})\n(\d{1,4})\n(\d{1,4})\n/;

/** Parses a fragment; undefined if it is malformed. */
export function readFragment(content: string): Fragment | undefined {
  const match = FRAGMENT.exec(content.slice(0, 64));
  if (!match) return undefined;
  const [head, id = '', index, total] = match;
  return { id, index: Number(index), total: Number(total), text: content.slice(head.length) };
}

/** Encodes a frame from the server. `body` is JSON, so that one text serves many frames. */
export const writeFrame = (requestId: string | null, message: Message, body: string): string =>
  `${SERVER_ID}\n[${requestId === null ? 'null' : JSON.stringify(requestId)},${message},${body}]`;

/** The frame itself, or its fragments. `id` creates 16 characters of `-0-9A-Z_a-z`. */
export function fragments(frame: string, id: () => string): string[] {
  if (frame.length * 3 <= MAX_FRAME_BYTES || utf8Length(frame) <= MAX_FRAME_BYTES) return [frame];
  const { address, content } = splitFrame(frame)!;
  const texts = cut(content, FRAGMENT_BYTES);
  const messageId = id();
  return texts.map((text, index) => [address, messageId, index, texts.length, text].join('\n'));
}

/** Splits text into pieces of at most `bytes` bytes of UTF-8, never inside a surrogate pair. */
function cut(text: string, bytes: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    // A third of the bytes always fits. Pieces of ASCII could be three times as long.
    let end = Math.min(start + bytes, text.length);
    if (utf8Length(text.slice(start, end)) > bytes) end = start + Math.floor(bytes / 3);
    if (end < text.length && isPair(text, end - 1)) end -= 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
