import type { ListOptions } from '../platform.ts';
import { parseJson } from '../protocol/frame.ts';
import { DELETED, type Thing } from '../protocol/stamps.ts';
import { HEARTBEAT } from './heartbeat.ts';
import { type Place, thingAt } from './place.ts';
import type { StampTree } from './stamp-tree.ts';
import { writeThing } from './things.ts';
import type { Undated } from './truth.ts';

/** The keys that TinyBase's PartyKit server persister keeps a store under. */
const HAS_STORE = 'hasStore';
const CELL = 't';
const VALUE = 'v';

interface Listed {
  forEach(visit: (thing: Thing, key: string) => void): void;
}

/**
 * What looks like room storage to TinyBase's PartyKit server persister: one key for each cell and
 * value of the room's one store. What it writes is noted, for the room to take in.
 */
export class Ledger {
  readonly #tree: StampTree;
  readonly #begun: boolean;
  /** What was written, or undefined where nothing was, or something that is no cell or value. */
  writes: Undated[] | undefined;

  /** `begun` says that the store exists, even if it is empty. */
  constructor(tree: StampTree, begun: boolean) {
    this.#tree = tree;
    this.#begun = begun;
  }

  async get(key: string): Promise<unknown> {
    if (key === HAS_STORE) return this.#begun || !isUnbegun(this.#tree) ? 1 : undefined;
    const place = placeOfKey(key);
    return place && live(thingAt(this.#tree, place));
  }

  /** As much of a Map as the persister asks of it: a full store's keys do not fit beside it. */
  async list({ prefix = '' }: ListOptions = {}): Promise<Listed> {
    const stamps = this.#tree.all();
    return {
      forEach(visit) {
        for (const stamp of stamps) {
          const key = keyOf(stamp);
          if (stamp.thing !== DELETED && key.startsWith(prefix)) visit(stamp.thing, key);
        }
      },
    };
  }

  async transaction<Value>(run: (transaction: LedgerTransaction) => Promise<Value>) {
    const transaction = new LedgerTransaction(this);
    const result = await run(transaction);
    this.writes = transaction.writes();
    return result;
  }
}

class LedgerTransaction {
  readonly #ledger: Ledger;
  readonly #things = new Map<string, unknown>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get(key: string): Promise<unknown> {
    return this.#ledger.get(key);
  }

  list(options?: ListOptions): Promise<Listed> {
    return this.#ledger.list(options);
  }

  async put(things: Record<string, unknown>): Promise<void> {
    for (const [key, thing] of Object.entries(things)) this.#things.set(key, thing);
  }

  async delete(keys: string[]): Promise<void> {
    for (const key of keys) this.#things.set(key, DELETED);
  }

  writes(): Undated[] | undefined {
    const writes: Undated[] = [];
    for (const [key, content] of this.#things) {
      const place = placeOfKey(key);
      const thing = writeThing(content);
      if (thing === undefined) return undefined;
      if (place) writes.push({ ...place, thing });
    }
    return writes;
  }
}

const live = (thing: Thing): Thing | undefined => (thing === DELETED ? undefined : thing);

/** Whether nothing was ever written; the heartbeat does not count. */
export const isUnbegun = ({ tables, values }: StampTree): boolean =>
  tables.children.size === 0 &&
  values.children.size === (values.children.has(HEARTBEAT.id) ? 1 : 0);

const keyOf = ({ table, row, id }: Place): string =>
  table === null ? VALUE + id : CELL + JSON.stringify([table, row, id]).slice(1, -1);

/** Undefined for the one key that is neither a cell's nor a value's. */
function placeOfKey(key: string): Place | undefined {
  const ids = key.slice(1);
  if (key.startsWith(VALUE)) return { table: null, row: '', id: ids };
  if (!key.startsWith(CELL)) return undefined;
  const [table, row, id] = parseJson(`[${ids}]`) as [string, string, string];
  return { table, row, id };
}
