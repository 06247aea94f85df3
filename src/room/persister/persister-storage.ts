import { encodeCell } from '../../document/cell-codec.ts';
import type { CellAddress, CellWrite } from '../../document/cell-stamp.ts';
import { HEARTBEAT } from '../../document/heartbeat.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import type { ListOptions } from '../../platform.ts';
import { parseJson } from '../../protocol/frame.ts';
import { DELETED, type EncodedCell } from '../../protocol/stamps.ts';

/** The keys that TinyBase's PartyKit server persister keeps a store under. */
const HAS_STORE = 'hasStore';
const CELL = 't';
const VALUE = 'v';

interface Listed {
  forEach(visit: (cell: EncodedCell, key: string) => void): void;
}

/**
 * What looks like room storage to TinyBase's PartyKit server persister: one key for each cell and
 * value of the room's one store. What it writes is noted, for the room to take in.
 */
export class PersisterStorage {
  readonly #tree: StampTree;
  readonly #begun: boolean;
  /** What was written, or undefined where nothing was, or something that is no cell or value. */
  writes: CellWrite[] | undefined;

  /** `begun` says that the store exists, even if it is empty. */
  constructor(tree: StampTree, begun: boolean) {
    this.#tree = tree;
    this.#begun = begun;
  }

  async get(key: string): Promise<unknown> {
    if (key === HAS_STORE) return this.#begun || !isUnbegun(this.#tree) ? 1 : undefined;
    const address = addressOfKey(key);
    return address && live(this.#tree.cellAt(address));
  }

  /** As much of a Map as the persister asks of it: a full store's keys do not fit beside it. */
  async list({ prefix = '' }: ListOptions = {}): Promise<Listed> {
    const stamps = this.#tree.all();
    return {
      forEach(visit) {
        for (const stamp of stamps) {
          const key = keyOf(stamp);
          if (stamp.cell !== DELETED && key.startsWith(prefix)) visit(stamp.cell, key);
        }
      },
    };
  }

  async transaction<Value>(run: (transaction: PersisterTransaction) => Promise<Value>) {
    const transaction = new PersisterTransaction(this);
    const result = await run(transaction);
    this.writes = transaction.writes();
    return result;
  }
}

class PersisterTransaction {
  readonly #storage: PersisterStorage;
  readonly #cells = new Map<string, unknown>();

  constructor(storage: PersisterStorage) {
    this.#storage = storage;
  }

  get(key: string): Promise<unknown> {
    return this.#storage.get(key);
  }

  list(options?: ListOptions): Promise<Listed> {
    return this.#storage.list(options);
  }

  async put(cells: Record<string, unknown>): Promise<void> {
    for (const [key, cell] of Object.entries(cells)) this.#cells.set(key, cell);
  }

  async delete(keys: string[]): Promise<void> {
    for (const key of keys) this.#cells.set(key, DELETED);
  }

  writes(): CellWrite[] | undefined {
    const writes: CellWrite[] = [];
    for (const [key, content] of this.#cells) {
      const address = addressOfKey(key);
      const cell = encodeCell(content);
      if (cell === undefined) return undefined;
      if (address) writes.push({ ...address, cell });
    }
    return writes;
  }
}

const live = (cell: EncodedCell): EncodedCell | undefined => (cell === DELETED ? undefined : cell);

/** Whether nothing was ever written; the heartbeat does not count. */
export const isUnbegun = ({ tables, values }: StampTree): boolean =>
  tables.children.size === 0 &&
  values.children.size === (values.children.has(HEARTBEAT.id) ? 1 : 0);

const keyOf = ({ table, row, id }: CellAddress): string =>
  table === null ? VALUE + id : CELL + JSON.stringify([table, row, id]).slice(1, -1);

/** Undefined for the one key that is neither a cell's nor a value's. */
function addressOfKey(key: string): CellAddress | undefined {
  const ids = key.slice(1);
  if (key.startsWith(VALUE)) return { table: null, row: '', id: ids };
  if (!key.startsWith(CELL)) return undefined;
  const [table, row, id] = parseJson(`[${ids}]`) as [string, string, string];
  return { table, row, id };
}
