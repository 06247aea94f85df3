import { DELETED } from '../protocol/stamps.ts';
import { utf8Length } from '../protocol/utf8.ts';
import type { CellStamp } from './cell-stamp.ts';
import { jsonOf } from './hashes.ts';
import { BRANCH_COST, type Leaf, STAMP_COST, type StampTree } from './stamp-tree.ts';

/** How far tombstones may exceed the quota, so that a full store still takes deletions. */
const TOMBSTONE_SHARE = 1.25;

/**
 * What still fits into a store, while edits are chosen that are merged afterwards. It counts just
 * what the tree will count.
 */
export class Quota {
  readonly #tree: StampTree;
  readonly #limit: number;
  #bytes: number;
  /** Rows that are counted already though the tree has none of them yet, by table. */
  readonly #newRows = new Map<string, Set<string>>();

  /** `limit` is MAX_STORE_BYTES, where 0 means no limit. */
  constructor(tree: StampTree, limit: number) {
    this.#tree = tree;
    this.#limit = limit || Number.POSITIVE_INFINITY;
    this.#bytes = tree.bytes;
  }

  /** The size of the tree once everything is merged that was taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Whether an edit fits; if so, it counts. What lets the store shrink always does. `known` is what
   * the tree has in its place. No two edits may have the same one.
   */
  takes(edit: CellStamp, known: Leaf | undefined): boolean {
    if (this.#limit === Number.POSITIVE_INFINITY) return true;
    if (known && edit.hlc <= known.hlc) return true;
    const bytes = utf8Length(jsonOf(edit.cell));
    const growth = known
      ? bytes - known.bytes
      : bytes + utf8Length(edit.id) + STAMP_COST + this.#branchCost(edit);
    const limit = edit.cell === DELETED ? this.#limit * TOMBSTONE_SHARE : this.#limit;
    if (growth > 0 && this.#bytes + growth > limit) return false;
    this.#bytes += growth;
    if (!known) this.#noteRow(edit);
    return true;
  }

  /** What a new row, and a new table around it, cost unless they are counted already. */
  #branchCost({ table, row }: CellStamp): number {
    if (table === null || this.#tree.row(table, row)) return 0;
    const newRows = this.#newRows.get(table);
    if (newRows?.has(row)) return 0;
    const isNewTable = !newRows && !this.#tree.tables.children.has(table);
    return branchCost(row) + (isNewTable ? branchCost(table) : 0);
  }

  #noteRow({ table, row }: CellStamp): void {
    if (table === null || this.#tree.row(table, row)) return;
    const newRows = this.#newRows.get(table);
    if (newRows) newRows.add(row);
    else this.#newRows.set(table, new Set([row]));
  }
}

const branchCost = (id: string): number => utf8Length(id) + BRANCH_COST;
