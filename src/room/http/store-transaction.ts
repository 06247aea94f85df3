import { decodeCell } from '../../document/cell-codec.ts';
import type { CellAddress, CellWrite } from '../../document/cell-stamp.ts';
import { isHeartbeat } from '../../document/heartbeat.ts';
import { pathOf } from '../../document/nested-json.ts';
import { STAMP_COST, type StampTree } from '../../document/stamp-tree.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { DELETED, type EncodedCell } from '../../protocol/stamps.ts';
import { addressOf, parsePlain } from './parsed-content.ts';
import { isLeafPath, type StorePath } from './store-path.ts';

/** The beginning of a address: nothing, a table, a table and a row, or all of it. */
type Prefix = [table?: string | null, row?: string, id?: string];

/**
 * What a store would be after some writes, which it takes all at once or not at all. After a write
 * that failed the transaction is good for nothing.
 */
export class StoreTransaction {
  /** The bytes that were read and written so far, in the measure of a store's size. */
  spent = 0;
  readonly #tree: StampTree;
  readonly #writes = new Map<string | null, Map<string, Map<string, EncodedCell>>>();

  constructor(tree: StampTree) {
    this.#tree = tree;
  }

  /** What is at a path, as plain JSON; undefined for nothing. */
  read(path: StorePath): unknown {
    if (isLeafPath(path)) {
      const cell = this.#visit(addressOf(path));
      return cell === undefined ? undefined : decodeCell(cell);
    }
    const root = emptyAt(path);
    for (const [address, cell] of this.#cells(path)) {
      const ids = pathOf(address).slice(path.length);
      const last = ids.pop()!;
      let parent = root;
      for (const id of ids) {
        parent[id] ??= noChildren();
        parent = parent[id] as Children;
      }
      parent[last] = decodeCell(cell);
    }
    return path.length > 1 && Object.keys(root).length === 0 ? undefined : root;
  }

  /** Whether something is at a path; the store, its tables and its values are always there. */
  has(path: StorePath): boolean {
    return path.length < 2 || !this.#cells(path).next().done;
  }

  /** Makes what is at a path what `json` says, and nothing else. */
  replace(path: StorePath, json: unknown): Result<void> {
    const removed = this.remove(path);
    return removed.ok ? this.merge(path, json) : removed;
  }

  /** Sets what `json` names, and leaves everything else. */
  merge(path: StorePath, json: unknown): Result<void> {
    if (isProtected(path)) return PROTECTED;
    return parsePlain(path, json, (write) => this.#set(write, write.cell));
  }

  /** Deletes everything at a path. */
  remove(path: StorePath): Result<void> {
    if (isProtected(path)) return PROTECTED;
    for (const [address] of this.#cells(path)) this.#set(address, DELETED);
    return succeed(undefined);
  }

  /** Everything to be written, deletions first, since they make room. */
  *writes(): Generator<CellWrite> {
    for (const deletions of [true, false]) {
      for (const [table, rows] of this.#writes) {
        for (const [row, cells] of rows) {
          for (const [id, cell] of cells) {
            if ((cell === DELETED) === deletions) yield { table, row, id, cell };
          }
        }
      }
    }
  }

  #visit(address: CellAddress): EncodedCell | undefined {
    const written = this.#writes.get(address.table)?.get(address.row)?.get(address.id);
    const cell = written === undefined ? this.#tree.cellAt(address) : written;
    this.#spend(cell);
    return cell === DELETED ? undefined : cell;
  }

  #spend(cell: EncodedCell): void {
    this.spent += STAMP_COST + (typeof cell === 'string' ? cell.length : 0);
  }

  /** What a request says about the heartbeat among other values is passed over. */
  #set({ table, row, id }: CellAddress, cell: EncodedCell): void {
    if (isHeartbeat({ table, id })) return;
    this.#spend(cell);
    const rows = this.#writes.get(table) ?? new Map<string, Map<string, EncodedCell>>();
    const cells = rows.get(row) ?? new Map<string, EncodedCell>();
    this.#writes.set(table, rows.set(row, cells.set(id, cell)));
  }

  /** The cells and values at a path. */
  *#cells(path: StorePath): Generator<[CellAddress, EncodedCell]> {
    const [kind, ...ids] = path;
    if (kind !== 'values') yield* this.#thingsIn(ids as Prefix);
    if (kind !== 'tables') yield* this.#thingsIn([null, '', ids[0]]);
  }

  *#thingsIn([onlyTable, onlyRow, onlyId]: Prefix): Generator<[CellAddress, EncodedCell]> {
    const { tables } = this.#tree;
    for (const table of idsIn(onlyTable, tables.children, this.#writes)) {
      // Values are no table.
      if (table === null && onlyTable === undefined) continue;
      const rows = this.#writes.get(table);
      const treeRows = table === null ? undefined : tables.children.get(table)?.children;
      for (const row of idsIn(onlyRow, treeRows, rows)) {
        const cells = this.#tree.row(table, row)?.children;
        for (const id of idsIn(onlyId, cells, rows?.get(row))) {
          const address = { table, row, id };
          const cell = this.#visit(address);
          if (cell !== undefined) yield [address, cell];
        }
      }
    }
  }
}

type Children = Record<string, unknown>;

/** An object whose ids may be anything, `__proto__` included. */
const noChildren = (): Children => Object.create(null) as Children;

const emptyAt = (path: StorePath): Children =>
  path.length > 0 ? noChildren() : { tables: noChildren(), values: noChildren() };

const PROTECTED = fail('forbidden', 'the heartbeat is written by the server alone');

const isProtected = ([kind, id = '']: StorePath): boolean =>
  kind === 'values' && isHeartbeat({ table: null, id });

/** The one id that is asked for, or all that the tree or the transaction has. */
function* idsIn<Id>(
  only: Id | undefined,
  held: Map<Id, unknown> | undefined,
  written: Map<Id, unknown> | undefined,
): Generator<Id> {
  if (only !== undefined) return yield only;
  if (held) yield* held.keys();
  for (const id of written?.keys() ?? []) if (!held?.has(id)) yield id;
}
