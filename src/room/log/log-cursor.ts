import { NO_RECORD } from './log-parts.ts';

/**
 * A cursor is a position in a log as text: the random id of the log, the position in bytes of the
 * first record after it, and a hash of the record before it (see `hashOf` in log-parts.ts). If the
 * stored data is replaced by an earlier copy of itself, the log goes on with other records, in which
 * a position may be valid again: then the hash differs. Only a log reads its cursors; to everyone
 * else they are opaque.
 */
export interface LogPoint {
  position: number;
  hash: string;
}

const CURSOR = /^([0-9a-f]{12})\.(0|[1-9]\d{0,14})\.([0-9a-f]{8})$/;

/** A random id. It tells a log from that of another room, and from one that was deleted. */
export const newLogId = (): string => crypto.randomUUID().slice(-12);

export const writeCursor = (id: string, { position, hash }: LogPoint): string =>
  `${id}.${position}.${hash}`;

/** The cursor of the beginning of the log of another cursor. */
export function startOfLog(cursor: string): string {
  const [id = ''] = cursor.split('.');
  return writeCursor(id, { position: 0, hash: NO_RECORD });
}

/** The point of a cursor; undefined if it is malformed or of another log than `id`. */
export function readCursor(cursor: string, id: string): LogPoint | undefined {
  const [, log, position, hash] = CURSOR.exec(cursor) ?? [];
  return log === id && hash !== undefined ? { position: Number(position), hash } : undefined;
}
