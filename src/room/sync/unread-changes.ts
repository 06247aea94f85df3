import type { CellStamp } from '../../document/cell-stamp.ts';
import { decodeChange } from '../../document/codec/stamp-decoder.ts';
import { areInTime, type Limits } from '../../document/validate.ts';
import { type Envelope, MESSAGE } from '../../protocol/frame.ts';
import { readSyncPointRequest } from '../../protocol/sync-point.ts';

/** Bytes that a character of a message may take in the content, at most. */
const MAX_BYTES = 9;

/**
 * The changes in a message that can be handled before the room has read its content: they are well
 * formed, in time and sure to fit. `bytes` is the size of the content at most. Undefined for a
 * message that cannot: it is handled, and perhaps refused, when the content is read.
 */
export function editsWithoutContent(
  { message, body, json }: Envelope,
  bytes: number,
  limits: Limits,
  now: number,
): CellStamp[] | undefined {
  const edits = changesIn(message, body);
  const isSmall = bytes + json.length * MAX_BYTES <= (limits.MAX_STORE_BYTES || Infinity);
  return edits && isSmall && areInTime(edits, limits, now) ? edits : undefined;
}

/** The stamps in a message; undefined if it is malformed, or needs the content. */
function changesIn(message: number, body: unknown): CellStamp[] | undefined {
  if (message === MESSAGE.contentDiff) return undated(body);
  const request = message === MESSAGE.syncPoint ? readSyncPointRequest(body) : undefined;
  if (!request) return undefined;
  return request.changes === undefined ? [] : undated(request.changes);
}

function undated(body: unknown): CellStamp[] | undefined {
  const changes = decodeChange(body);
  return changes && !changes.isDated ? changes.edits : undefined;
}
