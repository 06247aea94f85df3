/**
 * A log is compacted if its snapshot and the records after it are larger than so many times its
 * content plus so many bytes.
 */
const MAX_GROWTH = 1.75;
const MIN_COMPACTION_BYTES = 196_608;

/** Bytes of a snapshot, at least, that no content accounts for. */
const SNAPSHOT_OVERHEAD = 4096;

/** The kept records take at most this share of the content, or so many bytes if that is more. */
const KEPT_SHARE = 0.25;
const MIN_KEPT_BYTES = 65_536;

/** The size of content (see `StampTree.bytes`) is at most so many times that of its log. */
export const MAX_SIZE_RATIO = 3;

/** Bytes of a snapshot, and of the content that it was made of. */
export interface SnapshotSize {
  snapshotBytes: number;
  contentBytes: number;
}

/** Bytes that the snapshot and the records after it may take before the log is compacted. */
export function compactionLimit(bytes: number, snapshot: SnapshotSize): number {
  // Escapes in ids make a snapshot larger than its content. Small ones are mostly overhead.
  const estimate = Math.max(
    1,
    snapshot.snapshotBytes / (snapshot.contentBytes + SNAPSHOT_OVERHEAD),
  );
  return bytes * estimate * MAX_GROWTH + MIN_COMPACTION_BYTES;
}

/** Bytes of covered records that a compaction may keep. `bytes` are those of the content. */
export const keptLimit = (bytes: number): number =>
  Math.max(MIN_KEPT_BYTES, Math.floor(bytes * KEPT_SHARE));

/** Whether a size has changed so much that it is noted anew. */
export const isMuchChange = (before: number, after: number): boolean =>
  Math.abs(after - before) > before / 4 + MIN_COMPACTION_BYTES / 4;
