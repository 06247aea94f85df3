import type { CellAddress, CellStamp, SizedStamp } from '../../document/cell-stamp.ts';
import { readChange } from '../../document/codec/stamp-decoder.ts';
import { type Leaf, StampTree } from '../../document/stamp-tree.ts';
import type { Log } from '../log/log.ts';

/**
 * Bytes of stamps, with the ids of their tables and rows, that a device may get instead of an
 * exchange of hashes, and of the records to read for them. An exchange of hashes costs as much with
 * about 48,000 rows.
 */
const MAX_STAMP_BYTES = 1_000_000;
const MAX_RECORD_BYTES = 4_000_000;

/** Bytes that a record counts beside its text, for the call and the row in storage. */
const RECORD_COST = 160;

/**
 * The stamps of everything that changed after a cursor; see `Document.changedSince`. The cursor of
 * the present end is read anew until all before it is read.
 */
export async function changedSince(
  tree: StampTree | undefined,
  log: Log,
  cursor: string,
  end: () => string,
): Promise<SizedStamp[] | undefined> {
  const changed = new ChangedStamps(tree);
  for (let reached = cursor; reached !== end(); ) {
    const read = await readInto(changed, log, reached);
    if (read === undefined) return undefined;
    reached = read;
  }
  return changed.stamps();
}

/** Returns the cursor after the records that it has read; undefined if it has not read all. */
async function readInto(
  changed: ChangedStamps,
  log: Log,
  cursor: string,
): Promise<string | undefined> {
  const records = log.recordsAfter(cursor);
  for (;;) {
    const { value, done } = await records.next();
    if (done) return value;
    if (!changed.takes(value) || !changed.add(readChange(value))) return undefined;
  }
}

/** The cells and values that some records of a tree's log touch, each once. */
class ChangedStamps {
  readonly #tree: StampTree;
  /** Whether the tree has nothing but what the records hold. */
  readonly #isUnread: boolean;
  readonly #touched = new Map<Leaf, CellAddress>();
  #recordBytes = 0;
  #stampBytes = 0;

  /** Without a tree, the latest stamps in the records count as the present ones. */
  constructor(tree: StampTree | undefined) {
    this.#tree = tree ?? new StampTree();
    this.#isUnread = !tree;
  }

  /** Counts a record before it is decoded. Returns false if there are too many or too large ones. */
  takes(record: string): boolean {
    this.#recordBytes += record.length + RECORD_COST;
    return this.#recordBytes <= MAX_RECORD_BYTES;
  }

  /** Adds what a record touches. Returns false if the stamps of all are too large. */
  add(edits: Iterable<CellStamp>): boolean {
    for (const edit of edits) {
      if (this.#isUnread) this.#tree.put(edit);
      const leaf = this.#tree.leaf(edit);
      if (!leaf || this.#touched.has(leaf)) continue;
      const { table, row, id } = edit;
      this.#touched.set(leaf, { table, row, id });
      this.#stampBytes += sizeOf(this.#tree.hold(table, row, id, leaf));
    }
    return this.#stampBytes <= MAX_STAMP_BYTES;
  }

  /** The present stamps, which may be newer than the records; undefined if they are too large. */
  stamps(): SizedStamp[] | undefined {
    const stamps = Array.from(this.#touched, ([leaf, { table, row, id }]) =>
      this.#tree.hold(table, row, id, leaf),
    );
    const bytes = stamps.reduce((sum, stamp) => sum + sizeOf(stamp), 0);
    return bytes <= MAX_STAMP_BYTES ? stamps : undefined;
  }
}

const sizeOf = ({ table, row, bytes }: SizedStamp): number =>
  bytes + row.length + (table?.length ?? 0);
