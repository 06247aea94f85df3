import type { MergeableStore } from 'tinybase';
import { HEARTBEAT_ID } from '../../../src/protocol/heartbeat.ts';
import { stringifyStamps } from '../../../src/protocol/stamps.ts';
import { START } from '../../../src/protocol/sync-point.ts';
import { changesOf, type Path, readEntries } from '../entries.ts';
import type { ResumePoint } from './resume-point.ts';

/** The longest message in characters. Even if each takes 3 bytes, no server's limit is reached. */
const MAX_CHARACTERS = 340_000;

/**
 * The body of the request for a sync point with which a device comes, or comes back, as JSON;
 * undefined if the device does not know enough, or has too much to send at once.
 */
export function resumeRequest(store: MergeableStore, point: ResumePoint): string | undefined {
  const cursor = point.isFresh ? START : point.cursor;
  if (cursor === undefined) return undefined;
  // The hashes include the heartbeat, and a room forgets its own when it leaves memory.
  const changes = encodeEdits(store, point, [[HEARTBEAT_ID]]);
  return changes && `{"cursor":${JSON.stringify(cursor)},"changes":${changes}}`;
}

/**
 * The body of a ContentDiff, as JSON, with the edits that the server has not acknowledged, and the
 * stamps at `others`; undefined if not all edits are known, or they are too long for one message.
 */
export function encodeEdits(
  store: MergeableStore,
  point: ResumePoint,
  others: Path[] = [],
): string | undefined {
  const edits = point.readEdits(store);
  if (!edits) return undefined;
  const json = stringifyStamps(changesOf([...edits, ...readEntries(store, others)]));
  return json.length <= MAX_CHARACTERS ? json : undefined;
}
