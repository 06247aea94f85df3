import type { CellAddress, Correction } from '../../document/cell-stamp.ts';
import type { Leaf, StampTree } from '../../document/stamp-tree.ts';
import type { RememberedCorrections } from '../../document/validate.ts';
import type { RoomStorage } from '../../platform.ts';
import type { Author } from './refusal.ts';
import { TombstoneBudgets } from './tombstone-budgets.ts';

/**
 * Characters of the remembered corrections as text, so that it fits in one value of room storage:
 * about 700 cells. When there are more, an editor's edit that is older than a forgotten correction
 * is lost.
 */
const MAX_LENGTH = 60_000;

/** Characters of an entry beside its address: two HLCs, quotes and commas. */
const ENTRY_LENGTH = 40;

const CORRECTIONS = 'corrections';
const BUDGETS = 'refused-tombstones';

/** The HLC of a correction, and that of the content that it kept. */
type Entry = Pick<Correction, 'hlc' | 'before'>;

type StoredEntry = [
  table: string | null,
  row: string,
  id: string,
  hlc: string,
  before: string | null,
];

/**
 * The last corrections of a store. A correction has a later HLC than the content that it keeps, so
 * that devices take it in. An editor may have written in between and come back later: that edit has
 * to win, and only what is remembered here tells. An entry counts as long as the cell still has the
 * correction's HLC.
 */
export class Corrections implements RememberedCorrections {
  readonly #storage: RoomStorage;
  readonly #onFailure: (error: unknown) => void;
  /** By address, oldest first. */
  readonly #entries = new Map<string, Entry>();
  #length = 0;
  #budgets = new TombstoneBudgets();
  #isSaved = true;
  #areBudgetsSaved = true;

  /** `onFailure` is called when storage refuses a write. */
  constructor(storage: RoomStorage, onFailure: (error: unknown) => void) {
    this.#storage = storage;
    this.#onFailure = onFailure;
  }

  async load(): Promise<void> {
    const stored = await this.#storage.get<string>([CORRECTIONS, BUDGETS]);
    const entries = JSON.parse(stored.get(CORRECTIONS) ?? '[]') as StoredEntry[];
    for (const [table, row, id, hlc, before] of entries)
      this.#set(keyOf({ table, row, id }), { hlc, before });
    this.#budgets = new TombstoneBudgets(stored.get(BUDGETS));
  }

  /** Itself if it remembers any. Nearly every store remembers none, and checks nothing then. */
  get ifAny(): this | undefined {
    return this.#entries.size > 0 ? this : undefined;
  }

  /** Whether the cell or value may have been corrected. */
  has(address: CellAddress): boolean {
    return this.#entries.has(keyOf(address));
  }

  before(address: CellAddress, { hlc }: Leaf): string | null | undefined {
    const entry = this.#entries.get(keyOf(address));
    return entry?.hlc === hlc ? entry.before : undefined;
  }

  /** Remembers a correction. Call `save` in the turn in which it is stored. */
  note(correction: Correction): void {
    const key = keyOf(correction);
    const { hlc, before } = correction;
    const earlier = this.#entries.get(key);
    // The correction of a correction keeps the same content.
    const isAgain = earlier !== undefined && earlier.hlc === before;
    this.#set(key, { hlc, before: isAgain ? earlier.before : before });
    this.#isSaved = false;
  }

  /** Bytes of new tombstones that the refused writes of an author may still leave. */
  allowanceOf(author: Author): number {
    return this.#budgets.left(author);
  }

  spend(author: Author, bytes: number): void {
    if (bytes === 0) return;
    this.#budgets.spend(author, bytes);
    this.#areBudgetsSaved = false;
  }

  /** Forgets the corrections that something later has replaced. */
  prune(tree: StampTree): void {
    for (const [key, { hlc }] of this.#entries) {
      if (tree.leaf(addressOf(key))?.hlc !== hlc) this.#delete(key);
    }
  }

  /** Stores what has changed, if anything. Does not wait for the write. */
  save(tree: StampTree): void {
    if (this.#isSaved && this.#areBudgetsSaved) return;
    const changed: Record<string, string> = {};
    if (!this.#isSaved) {
      this.prune(tree);
      changed[CORRECTIONS] = this.#text;
    }
    if (!this.#areBudgetsSaved) changed[BUDGETS] = this.#budgets.text;
    this.#isSaved = true;
    this.#areBudgetsSaved = true;
    this.#storage.put(changed).catch(this.#onFailure);
  }

  get #text(): string {
    const entries = Array.from(this.#entries, ([key, { hlc, before }]): StoredEntry => {
      const { table, row, id } = addressOf(key);
      return [table, row, id, hlc, before];
    });
    return JSON.stringify(entries);
  }

  #set(key: string, entry: Entry): void {
    this.#delete(key);
    if (key.length + ENTRY_LENGTH > MAX_LENGTH) return;
    this.#entries.set(key, entry);
    this.#length += key.length + ENTRY_LENGTH;
    for (const oldest of this.#entries.keys()) {
      if (this.#length <= MAX_LENGTH) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    if (this.#entries.delete(key)) this.#length -= key.length + ENTRY_LENGTH;
  }
}

const keyOf = ({ table, row, id }: CellAddress): string => JSON.stringify([table, row, id]);

function addressOf(key: string): CellAddress {
  const [table, row, id] = JSON.parse(key) as [string | null, string, string];
  return { table, row, id };
}
