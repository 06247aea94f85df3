import type { CellAddress, CellWrite } from '../../document/cell-stamp.ts';
import { decodeCell } from '../../document/codec/cell-codec.ts';
import { jsonPathOf } from '../../document/codec/content-encoder.ts';
import {
  HEARTBEAT_READ_ONLY,
  isHeartbeat,
  valuesWithoutHeartbeat,
} from '../../document/heartbeat.ts';
import { STAMP_COST, type StampTree } from '../../document/stamp-tree.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import { DELETED, type EncodedCell } from '../../protocol/stamps.ts';
import { addressOf, isObject, parsePlain } from './parsed-content.ts';
import { sameJson } from './same-json.ts';
import { isLeafPath, type StorePath } from './store-path.ts';

/** The beginning of an address: nothing, a table, a table and a row, or the whole address. */
type Prefix = [table?: string | null, row?: string, id?: string];

/**
 * A copy-on-write view of a store: it shows the store after some writes, for `Document.write` to
 * apply at once. Discard it after a write that failed.
 */
export class StoreTransaction {
  /** Bytes read and written so far, measured like the size of a store. */
  spent = 0;
  readonly #tree: StampTree;
  readonly #writes = new Map<string | null, Map<string, Map<string, EncodedCell>>>();

  constructor(tree: StampTree) {
    this.#tree = tree;
  }

  /** The content at a path as plain JSON; undefined if there is none. */
  read(path: StorePath): unknown {
    if (isLeafPath(path)) {
      const cell = this.#visit(addressOf(path));
      return cell === undefined ? undefined : decodeCell(cell);
    }
    const root = emptyAt(path);
    for (const [address, cell] of this.#cells(path)) {
      const ids = jsonPathOf(address).slice(path.length);
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

  /** Whether a path has content. The store, its tables and its values always exist. */
  has(path: StorePath): boolean {
    return path.length < 2 || !this.#cells(path).next().done;
  }

  /**
   * Whether the content at a path equals `json`. The heartbeat among other values does not count, so
   * that values that were read a while ago still match.
   */
  matches(path: StorePath, json: unknown): boolean {
    const held = this.read(path);
    if (isLeafPath(path)) return sameJson(held, json);
    return sameJson(withoutHeartbeat(path, held), withoutHeartbeat(path, json));
  }

  /** Replaces the content at a path by `json`. */
  replace(path: StorePath, json: unknown): Result<void> {
    const removed = this.remove(path);
    return removed.ok ? this.merge(path, json) : removed;
  }

  /** Sets the cells and values in `json` and keeps all others. */
  merge(path: StorePath, json: unknown): Result<void> {
    if (isReadOnly(path)) return HEARTBEAT_READ_ONLY;
    return parsePlain(path, json, (write) => this.#set(write, write.cell));
  }

  /** Deletes everything at a path. */
  remove(path: StorePath): Result<void> {
    if (isReadOnly(path)) return HEARTBEAT_READ_ONLY;
    for (const [address] of this.#cells(path)) this.#set(address, DELETED);
    return succeed(undefined);
  }

  /** All writes. Deletions come first, because they free space. */
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

  /** A heartbeat among other values in a request is ignored. */
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
      // `null` stands for the values.
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

/** Whether only the server writes the value at a path. */
export const isReadOnly = ([kind, id = '']: StorePath): boolean =>
  kind === 'values' && isHeartbeat({ table: null, id });

function withoutHeartbeat([kind]: StorePath, json: unknown): unknown {
  if (!isObject(json) || kind === 'tables') return json;
  if (kind === 'values') return valuesWithoutHeartbeat(json);
  return { ...json, values: withoutHeartbeat(['values'], json.values) };
}

/** The given id, or all ids in the tree and the transaction. */
function* idsIn<Id>(
  only: Id | undefined,
  held: Map<Id, unknown> | undefined,
  written: Map<Id, unknown> | undefined,
): Generator<Id> {
  if (only !== undefined) return yield only;
  if (held) yield* held.keys();
  for (const id of written?.keys() ?? []) if (!held?.has(id)) yield id;
}
