import { DELETED } from '../protocol/stamps.ts';
import { utf8Length } from '../protocol/utf8.ts';
import type { Edit } from './edits.ts';
import { jsonOf } from './hash.ts';
import { BRANCH_COST, STAMP_COST, type StampTree } from './stamp-tree.ts';

/** How far tombstones may exceed the quota, so that a full store still takes deletions. */
const TOMBSTONE_SHARE = 1.25;

/** What still fits into a store, while edits are chosen that are merged afterwards. */
export class Quota {
  readonly #tree: StampTree;
  readonly #limit: number;
  #bytes: number;
  /** The last new row that was counted. */
  #newRow: Pick<Edit, 'table' | 'row'> | undefined;

  /** `limit` is MAX_STORE_BYTES, where 0 means no limit. */
  constructor(tree: StampTree, limit: number) {
    this.#tree = tree;
    this.#limit = limit || Number.POSITIVE_INFINITY;
    this.#bytes = tree.bytes;
  }

  /** Whether an edit fits; if so, it counts. What lets the store shrink always does. */
  takes(edit: Edit): boolean {
    if (this.#limit === Number.POSITIVE_INFINITY) return true;
    const known = this.#tree.leaf(edit);
    if (known && edit.hlc <= known.hlc) return true;
    const bytes = utf8Length(jsonOf(edit.thing));
    const growth = known
      ? bytes - known.bytes
      : bytes + utf8Length(edit.id) + STAMP_COST + this.#rowCost(edit);
    const limit = edit.thing === DELETED ? this.#limit * TOMBSTONE_SHARE : this.#limit;
    if (growth > 0 && this.#bytes + growth > limit) return false;
    this.#bytes += growth;
    return true;
  }

  /** Edits of a new row follow one another, and count it once. */
  #rowCost({ table, row }: Edit): number {
    if (this.#tree.row(table, row)) return 0;
    if (table === this.#newRow?.table && row === this.#newRow.row) return 0;
    this.#newRow = { table, row };
    return utf8Length(row) + BRANCH_COST;
  }
}
