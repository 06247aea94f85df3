import type { MergeableChanges, MergeableStore } from 'tinybase';

/** Names a row, `[table, row]`, or a value, `[value]`. */
export type Path = [table: string, row: string] | [value: string];

/**
 * A cell or value, and its hybrid logical clock; '' for default content. The thing is undefined
 * once deleted, and objects and arrays are encoded as TinyBase encodes them.
 */
export type Stamp = [thing: unknown, hlc?: string];

/** What is kept of a row: its cells; of a value: the value alone, under its own id. */
export type Stamps = { [id: string]: Stamp };

export interface Entry {
  path: Path;
  stamps: Stamps;
}

type ById<Content> = { [id: string]: Content };
type Rows = ById<[rows: ById<[cells: Stamps]>]>;

/** A text that only this path has. */
export const keyOf = (path: Path): string => JSON.stringify(path);

/** The paths of everything that a store has or had. */
export function pathsOf(store: MergeableStore): Path[] {
  // No hash equals NaN, so every table counts as different.
  const tables = mapObject(store.getMergeableTableHashes(), () => Number.NaN);
  const rows = Object.entries(store.getMergeableRowHashes(tables)).flatMap(([table, rows]) =>
    Object.keys(rows).map((row): Path => [table, row]),
  );
  return [...rows, ...Object.keys(store.getMergeableValueHashes()).map((id): Path => [id])];
}

/** What a store has at these paths. Costs what they hold, not what the store holds. */
export function readEntries(store: MergeableStore, paths: Path[]): Entry[] {
  const rows: ById<ById<ById<number>>> = Object.create(null);
  const otherValues = store.getMergeableValueHashes();
  for (const [first, row] of paths) {
    if (row === undefined) {
      delete otherValues[first];
    } else {
      rows[first] ??= Object.create(null) as ById<ById<number>>;
      rows[first][row] = {};
    }
  }
  const values = store.getMergeableValueDiff(otherValues);
  return entriesOf([store.getMergeableCellDiff(rows), values, 1]);
}

/** Changes, row by row and value by value. */
export function entriesOf([[tables], [values]]: MergeableChanges): Entry[] {
  const rows = Object.entries(tables as Rows).flatMap(([table, [rows]]) =>
    Object.entries(rows).map(([row, [stamps]]): Entry => ({ path: [table, row], stamps })),
  );
  const single = ([id, stamp]: [string, Stamp]): Entry => ({ path: [id], stamps: { [id]: stamp } });
  return [...rows, ...Object.entries(values as Stamps).map(single)];
}

/** The changes that these entries, one for each path, stand for. */
export function changesOf(entries: Iterable<Entry>): MergeableChanges {
  const tables: Rows = Object.create(null);
  const values: Stamps = Object.create(null);
  for (const { path, stamps } of entries) {
    const [first, row] = path;
    if (row === undefined) {
      Object.assign(values, stamps);
    } else {
      tables[first] ??= [Object.create(null) as ById<[Stamps]>];
      tables[first][0][row] = [stamps];
    }
  }
  return [[tables], [values], 1] as unknown as MergeableChanges;
}

/** One entry for each path, by its key, with the newest stamps. */
export function gather(entries: Entry[]): Map<string, Entry> {
  const gathered = new Map<string, Entry>();
  for (const { path, stamps } of entries) {
    const key = keyOf(path);
    gathered.set(key, { path, stamps: newest([gathered.get(key)?.stamps ?? {}, stamps]) });
  }
  return gathered;
}

/**
 * Merges records of one path: the later clock wins, and the earlier record where they are equal.
 */
export function newest(records: Stamps[]): Stamps {
  const merged: Stamps = Object.create(null);
  for (const [id, stamp] of records.flatMap((stamps) => Object.entries(stamps))) {
    if (!merged[id] || hlcOf(stamp) > hlcOf(merged[id])) merged[id] = stamp;
  }
  return merged;
}

/** Whether all of `stamps` are among `known`. */
export const areKnown = (stamps: Stamps, known: Stamps): boolean =>
  Object.entries(stamps).every(
    ([id, stamp]) => Object.hasOwn(known, id) && hlcOf(stamp) === hlcOf(known[id]),
  );

/** Whether something that was read from the database can be a record of ours. */
export const areStamps = (record: unknown): record is Stamps =>
  typeof record === 'object' && record !== null && Object.values(record).every(Array.isArray);

const hlcOf = (stamp: Stamp | undefined): string => stamp?.[1] ?? '';

const mapObject = <From, To>(object: ById<From>, map: (from: From) => To): ById<To> =>
  Object.fromEntries(Object.entries(object).map(([id, from]) => [id, map(from)]));
