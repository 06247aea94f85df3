import type { StoreChangedData } from '../protocol/http-api/hooks.ts';

/** The changed rows and values of a store; null means that all of them may have changed. */
export type ChangedRows = Pick<StoreChangedData, 'tables' | 'values'>;

/** The most ids of rows, and of values, that a hook is told at once. */
export const MAX_CHANGED_IDS = 1_000;

/** The most characters of the ids in one event. A value of room storage has at most 120 kB. */
const MAX_ID_CHARACTERS = 16_000;

/** All rows and values may have changed. */
export const EVERYTHING: ChangedRows = { tables: null, values: null };

/** Collects the ids of changed rows and values, up to what one event may name. */
export class ChangedIds {
  readonly #tables = new Map<string, Set<string> | null>();
  readonly #values = new Set<string>();
  #hasAllTables = false;
  #hasAllValues = false;

  row(table: string, row: string): this {
    const rows = this.#rowsOf(table);
    rows?.add(row);
    return this;
  }

  value(id: string): this {
    this.#values.add(id);
    return this;
  }

  add({ tables, values }: ChangedRows): this {
    if (tables === null) this.#hasAllTables = true;
    for (const [table, rows] of Object.entries(tables ?? {})) {
      if (rows === null) this.#tables.set(table, null);
      for (const row of rows ?? []) this.row(table, row);
    }
    if (values === null) this.#hasAllValues = true;
    for (const id of values ?? []) this.value(id);
    return this;
  }

  /** What was collected. Tables with many rows, the largest first, count as changed as a whole. */
  get rows(): ChangedRows {
    this.#shorten();
    const tables = [...this.#tables].map(([table, rows]) => [table, rows && [...rows]] as const);
    return {
      tables: this.#hasAllTables ? null : Object.fromEntries(tables),
      values: this.#hasAllValues ? null : [...this.#values],
    };
  }

  #rowsOf(table: string): Set<string> | null {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const rows = new Set<string>();
    this.#tables.set(table, rows);
    return rows;
  }

  #shorten(): void {
    const sizes = [...this.#tables].map(([table, rows]) => ({ table, ...sizeOf(rows ?? []) }));
    let { count, characters } = sum(sizes);
    for (const size of sizes.sort((one, other) => other.characters - one.characters)) {
      if (count <= MAX_CHANGED_IDS && characters <= MAX_ID_CHARACTERS) break;
      this.#tables.set(size.table, null);
      count -= size.count;
      characters -= size.characters;
    }
    if (isTooMuch(sizeOf(this.#tables.keys()))) this.#hasAllTables = true;
    if (isTooMuch(sizeOf(this.#values))) this.#hasAllValues = true;
  }
}

interface Size {
  count: number;
  characters: number;
}

const sum = (sizes: Size[]): Size =>
  sizes.reduce(
    (all, { count, characters }) => ({
      count: all.count + count,
      characters: all.characters + characters,
    }),
    { count: 0, characters: 0 },
  );

const sizeOf = (ids: Iterable<string>): Size =>
  sum(Array.from(ids, ({ length }) => ({ count: 1, characters: length })));

const isTooMuch = ({ count, characters }: Size): boolean =>
  count > MAX_CHANGED_IDS || characters > MAX_ID_CHARACTERS;
