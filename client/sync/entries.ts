import type { MergeableChanges, MergeableStore } from 'tinybase';
import { HEARTBEAT_ID } from '../../src/protocol/heartbeat.ts';

/** The path of a row, `[tableId, rowId]`, or of a value, `[valueId]`. */
export type Path = [table: string, row: string] | [value: string];

/**
 * A cell or value with its hybrid logical clock, which is '' for default content. The content of a
 * deleted one is undefined. Objects and arrays are encoded as TinyBase encodes them.
 */
export type Stamp = [content: unknown, hlc?: string];

/** The record of a row, with the stamps of its cells, or of a value, with one stamp by its id. */
export type Stamps = { [id: string]: Stamp };

export interface Entry {
  path: Path;
  stamps: Stamps;
}

type ById<Content> = { [id: string]: Content };
type Rows = ById<[rows: ById<[cells: Stamps]>]>;

/** Whether a path is that of the heartbeat, which no copy keeps. */
export const isHeartbeat = (path: Path): boolean => path.length === 1 && path[0] === HEARTBEAT_ID;

/** Returns a string that is unique to this path. */
export const keyOf = (path: Path): string => JSON.stringify(path);

/** Returns the paths of all rows and values of a store, including deleted ones. */
export function pathsOf(store: MergeableStore): Path[] {
  // No hash equals NaN, so every table counts as different.
  const tables = mapObject(store.getMergeableTableHashes(), () => Number.NaN);
  const rows = Object.entries(store.getMergeableRowHashes(tables)).flatMap(([table, rows]) =>
    Object.keys(rows).map((row): Path => [table, row]),
  );
  return [...rows, ...Object.keys(store.getMergeableValueHashes()).map((id): Path => [id])];
}

/** Reads the stamps at these paths. The cost depends on their size, not on that of the store. */
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

/** Splits changes into one entry for each row and value. */
export function entriesOf([[tables], [values]]: MergeableChanges): Entry[] {
  const rows = Object.entries(tables as Rows).flatMap(([table, [rows]]) =>
    Object.entries(rows).map(([row, [stamps]]): Entry => ({ path: [table, row], stamps })),
  );
  const single = ([id, stamp]: [string, Stamp]): Entry => ({ path: [id], stamps: { [id]: stamp } });
  return [...rows, ...Object.entries(values as Stamps).map(single)];
}

/** Joins entries, at most one for each path, into changes that TinyBase can apply. */
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

/** Merges entries into one for each path, by its key, with the newest stamps. */
export function gather(entries: Entry[]): Map<string, Entry> {
  const gathered = new Map<string, Entry>();
  for (const { path, stamps } of entries) {
    const key = keyOf(path);
    gathered.set(key, { path, stamps: newest([gathered.get(key)?.stamps ?? {}, stamps]) });
  }
  return gathered;
}

/** Merges records of one path. The later clock wins; of equal clocks, the earlier record. */
export function newest(records: Stamps[]): Stamps {
  const merged: Stamps = Object.create(null);
  for (const [id, stamp] of records.flatMap((stamps) => Object.entries(stamps))) {
    if (!merged[id] || hlcOf(stamp) > hlcOf(merged[id])) merged[id] = stamp;
  }
  return merged;
}

/** Whether `known` has all of `stamps`. */
const areKnown = (stamps: Stamps, known: Stamps): boolean =>
  Object.entries(stamps).every(
    ([id, stamp]) => Object.hasOwn(known, id) && hlcOf(stamp) === hlcOf(known[id]),
  );

/** Whether an entry is part of `source`, which has one entry for each path by its key. */
export function isPartOf(source: ReadonlyMap<string, Entry>, { path, stamps }: Entry): boolean {
  const known = source.get(keyOf(path));
  return known !== undefined && areKnown(stamps, known.stamps);
}

/** Whether a value from the database has the shape of a record. */
export const areStamps = (record: unknown): record is Stamps =>
  typeof record === 'object' && record !== null && Object.values(record).every(Array.isArray);

const hlcOf = (stamp: Stamp | undefined): string => stamp?.[1] ?? '';

const mapObject = <From, To>(object: ById<From>, map: (from: From) => To): ById<To> =>
  Object.fromEntries(Object.entries(object).map(([id, from]) => [id, map(from)]));
