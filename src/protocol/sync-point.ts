import type { ContentHashes } from './stamps.ts';

/**
 * A message of TinyHost's clients beside those of TinyBase's synchronizer. A device asks the room
 * for its hashes and for its cursor, a position in the room's log. A device that comes back gives
 * the cursor that it knows, and what it has written since: then the room also sends what others
 * have changed after the cursor.
 *
 * A device adopts a cursor only while both sides have the same hashes. So a cursor that is wrong
 * for any reason does no harm: both sides compare their hashes, as TinyBase does.
 */
export interface SyncPointRequest {
  /**
   * The cursor of an earlier sync point, or START for a device that only has the changes of this
   * request; missing if only hashes are asked for.
   */
  cursor?: string;
  /** The body of a ContentDiff. */
  changes?: unknown;
}

/** The cursor before all content. */
export const START = '';

/** The response. It follows the changes that the device lacked. */
export interface SyncPoint {
  /** Missing if the room has not read its content yet; it has stored all that it was sent. */
  hashes: ContentHashes | undefined;
  cursor: string;
  /** Whether the device now has every change after its cursor. */
  isComplete: boolean;
  /** The size of a full copy in bytes, if it is too large to be sent through the socket. */
  copyBytes?: number | undefined;
}

/** Longest cursor in characters. */
const MAX_CURSOR_LENGTH = 100;

/** Reads the body of a request; undefined if it is malformed. Does not look into the changes. */
export function readSyncPointRequest(body: unknown): SyncPointRequest | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { cursor, changes } = body as Record<string, unknown>;
  if (cursor === undefined) return { changes };
  const isCursor = typeof cursor === 'string' && cursor.length <= MAX_CURSOR_LENGTH;
  return isCursor ? { cursor, changes } : undefined;
}

/** Encodes a response. It has the form of a values stamp, which TinyBase's clients let pass. */
export function writeSyncPoint({ hashes, cursor, isComplete, copyBytes }: SyncPoint): string {
  const known = hashes && { tables: [hashes[0]], values: [hashes[1]] };
  const copy = copyBytes !== undefined && { copy: [copyBytes] };
  return JSON.stringify([{ ...known, cursor: [cursor], complete: [isComplete], ...copy }]);
}

/** Reads a response; undefined if it is malformed. */
export function readSyncPoint(body: unknown): SyncPoint | undefined {
  const stamps = Array.isArray(body) ? (body[0] as Record<string, unknown[]> | null) : null;
  const names = ['tables', 'values', 'cursor', 'complete', 'copy'];
  const [tables, values, cursor, complete, copy] = names.map((name) => stamps?.[name]?.[0]);
  if (typeof cursor !== 'string') return undefined;
  const isKnown = typeof tables === 'number' && typeof values === 'number';
  const hashes: ContentHashes | undefined = isKnown ? [tables, values] : undefined;
  const copyBytes = typeof copy === 'number' ? copy : undefined;
  return { hashes, cursor, isComplete: complete === true, copyBytes };
}
