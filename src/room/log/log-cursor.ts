/**
 * A cursor is a position in a log as text: the random id of the log, and the position in bytes of
 * the first record after it. Only a log reads its cursors; to everyone else they are opaque.
 */

const CURSOR = /^([0-9a-f]{12})\.(0|[1-9]\d{0,14})$/;

/** A random id. It tells a log from that of another room, and from one that was deleted. */
export const newLogId = (): string => crypto.randomUUID().slice(-12);

export const writeCursor = (id: string, position: number): string => `${id}.${position}`;

/** The position of a cursor; undefined if it is malformed or of another log than `id`. */
export function readCursor(cursor: string, id: string): number | undefined {
  const [, log, position] = CURSOR.exec(cursor) ?? [];
  return log === id ? Number(position) : undefined;
}
