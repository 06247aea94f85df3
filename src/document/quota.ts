import { DELETED } from '../protocol/stamps.ts';
import { utf8Length } from '../protocol/utf8.ts';
import type { CellStamp } from './cell-stamp.ts';
import { jsonOf } from './hashes.ts';
import { BRANCH_COST, type Leaf, STAMP_COST, type StampTree } from './stamp-tree.ts';

/** The share by which tombstones may exceed the quota, so that a full store accepts deletions. */
export const TOMBSTONE_SHARE = 1.25;

/**
 * Decides which stamps fit into a store before they are merged. It counts exactly as the tree does.
 */
export class Quota {
  readonly #tree: StampTree;
  readonly #limit: number;
  #bytes: number;
  /** Rows that were counted and that the tree does not have yet, by table. */
  readonly #newRows = new Map<string, Set<string>>();

  /** `limit` is MAX_STORE_BYTES, where 0 means no limit. */
  constructor(tree: StampTree, limit: number) {
    this.#tree = tree;
    this.#limit = limit || Number.POSITIVE_INFINITY;
    this.#bytes = tree.bytes;
  }

  /** The size of the tree after all accepted stamps are merged. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Whether a stamp fits. If so, it is counted. A stamp that makes the store smaller always fits.
   * `known` is the leaf at its address. Call it once for each address.
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

  /** The cost of a row, and of its table, that neither the tree nor this quota has counted. */
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
