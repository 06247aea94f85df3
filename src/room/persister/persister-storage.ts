import type { CellAddress, CellWrite } from '../../document/cell-stamp.ts';
import { encodeCell } from '../../document/codec/cell-codec.ts';
import { isEmptyWithoutHeartbeat, isHeartbeat } from '../../document/heartbeat.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import type { ListOptions } from '../../platform.ts';
import { parseJson } from '../../protocol/frame.ts';
import { DELETED, type EncodedCell } from '../../protocol/stamps.ts';

/** The keys under which TinyBase's PartyKit server persister stores a store. */
const HAS_STORE = 'hasStore';
const CELL = 't';
const VALUE = 'v';

interface Listed {
  forEach(visit: (cell: EncodedCell, key: string) => void): void;
}

/**
 * A view of the document as room storage for TinyBase's PartyKit server persister, with a key for
 * each cell and value. It collects what the persister writes, for the document to merge.
 */
export class PersisterStorage {
  readonly #tree: StampTree;
  readonly #begun: boolean;
  /** The writes; undefined if there was none, or an invalid one. */
  writes: CellWrite[] | undefined;

  /** `begun` says that the store exists even if it is empty. */
  constructor(tree: StampTree, begun: boolean) {
    this.#tree = tree;
    this.#begun = begun;
  }

  /** Whether the store was ever written. */
  get exists(): boolean {
    return this.#begun || !isEmptyWithoutHeartbeat(this.#tree);
  }

  async get(key: string): Promise<unknown> {
    if (key === HAS_STORE) return this.exists ? 1 : undefined;
    const address = addressOfKey(key);
    return address && live(this.#tree.cellAt(address));
  }

  /** The part of a Map that the persister uses: the keys of a full store do not fit beside it. */
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

  /** The writes that a client may make; undefined if one of them is invalid. */
  writes(): CellWrite[] | undefined {
    const writes: CellWrite[] = [];
    for (const [key, content] of this.#cells) {
      const address = addressOfKey(key);
      if (address && isHeartbeat(address)) continue;
      const cell = encodeCell(content);
      if (cell === undefined) return undefined;
      if (address) writes.push({ ...address, cell });
    }
    return writes;
  }
}

const live = (cell: EncodedCell): EncodedCell | undefined => (cell === DELETED ? undefined : cell);

const keyOf = ({ table, row, id }: CellAddress): string =>
  table === null ? VALUE + id : CELL + JSON.stringify([table, row, id]).slice(1, -1);

/** The address in a key; undefined for the key that is neither of a cell nor of a value. */
function addressOfKey(key: string): CellAddress | undefined {
  const ids = key.slice(1);
  if (key.startsWith(VALUE)) return { table: null, row: '', id: ids };
  if (!key.startsWith(CELL)) return undefined;
  const [table, row, id] = parseJson(`[${ids}]`) as [string, string, string];
  return { table, row, id };
}
