import { fail, type Result, succeed } from '../protocol/errors.ts';
import { DELETED, type Thing } from '../protocol/stamps.ts';
import { isHeartbeat } from './heartbeat.ts';
import { type Place, thingAt } from './place.ts';
import { placeOf, readPlain } from './plain.ts';
import type { StampTree } from './stamp-tree.ts';
import { isLeafPath, type StorePath } from './store-path.ts';
import { readThing } from './things.ts';
import type { Undated } from './truth.ts';

/** The beginning of a place: nothing, a table, a table and a row, or all of it. */
type Prefix = [table?: string | null, row?: string, id?: string];

/** What a store would be after some writes, which it takes all at once or not at all. */
export class Draft {
  readonly #tree: StampTree;
  readonly #writes = new Map<string | null, Map<string, Map<string, Thing>>>();

  constructor(tree: StampTree) {
    this.#tree = tree;
  }

  /** What is at a path, as plain JSON; undefined for nothing. */
  read(path: StorePath): unknown {
    if (isLeafPath(path)) {
      const thing = this.#thing(placeOf(path));
      return thing === undefined ? undefined : readThing(thing);
    }
    const root = emptyAt(path);
    for (const place of this.#places(path)) {
      const ids = segmentsOf(place).slice(path.length);
      const last = ids.pop()!;
      let parent = root;
      for (const id of ids) {
        parent[id] ??= noChildren();
        parent = parent[id] as Children;
      }
      parent[last] = readThing(this.#thing(place)!);
    }
    return path.length > 1 && Object.keys(root).length === 0 ? undefined : root;
  }

  /** Whether something is at a path; the store, its tables and its values are always there. */
  has(path: StorePath): boolean {
    return path.length < 2 || !this.#places(path).next().done;
  }

  /** Makes what is at a path what `json` says, and nothing else. */
  replace(path: StorePath, json: unknown): Result<void> {
    const writes = readPlain(path, json);
    if (!writes.ok) return writes;
    const removed = this.remove(path);
    return removed.ok ? this.#setAll(writes.value) : removed;
  }

  /** Sets what `json` names, and leaves everything else. */
  merge(path: StorePath, json: unknown): Result<void> {
    const writes = readPlain(path, json);
    if (!writes.ok) return writes;
    return isProtected(path) ? PROTECTED : this.#setAll(writes.value);
  }

  /** Deletes everything at a path. */
  remove(path: StorePath): Result<void> {
    if (isProtected(path)) return PROTECTED;
    for (const place of this.#places(path)) this.#set(place, DELETED);
    return succeed(undefined);
  }

  #setAll(writes: Undated[]): Result<void> {
    for (const write of writes) this.#set(write, write.thing);
    return succeed(undefined);
  }

  /** Everything to be written, deletions first, since they make room. */
  writes(): Undated[] {
    const writes: Undated[] = [];
    for (const [table, rows] of this.#writes) {
      for (const [row, things] of rows) {
        for (const [id, thing] of things) writes.push({ table, row, id, thing });
      }
    }
    const isDeletion = ({ thing }: Undated) => thing === DELETED;
    return [...writes.filter(isDeletion), ...writes.filter((write) => !isDeletion(write))];
  }

  #thing(place: Place): Thing | undefined {
    const written = this.#writes.get(place.table)?.get(place.row)?.get(place.id);
    const thing = written === undefined ? thingAt(this.#tree, place) : written;
    return thing === DELETED ? undefined : thing;
  }

  /** What a request says about the heartbeat among other values is passed over. */
  #set({ table, row, id }: Place, thing: Thing): void {
    if (isHeartbeat({ table, id })) return;
    const rows = this.#writes.get(table) ?? new Map<string, Map<string, Thing>>();
    const things = rows.get(row) ?? new Map<string, Thing>();
    this.#writes.set(table, rows.set(row, things.set(id, thing)));
  }

  /** Where there are cells and values at a path. */
  *#places(path: StorePath): Generator<Place> {
    const [kind, ...ids] = path;
    if (kind !== 'values') yield* this.#placesIn(ids as Prefix);
    if (kind !== 'tables') yield* this.#placesIn([null, '', ids[0]]);
  }

  *#placesIn([onlyTable, onlyRow, onlyId]: Prefix): Generator<Place> {
    const { tables } = this.#tree;
    const writtenTables = [...this.#writes.keys()].filter((table) => table !== null);
    for (const table of only(onlyTable) ?? union(tables.children, writtenTables)) {
      const rows = this.#writes.get(table);
      const treeRows = table === null ? undefined : tables.children.get(table)?.children;
      for (const row of only(onlyRow) ?? union(treeRows, rows?.keys())) {
        const ids = () => union(this.#tree.row(table, row)?.children, rows?.get(row)?.keys());
        for (const id of only(onlyId) ?? ids()) {
          if (this.#thing({ table, row, id }) !== undefined) yield { table, row, id };
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

const segmentsOf = ({ table, row, id }: Place): string[] =>
  table === null ? ['values', id] : ['tables', table, row, id];

const PROTECTED = fail('forbidden', 'the heartbeat is written by the server alone');

const isProtected = ([kind, id = '']: StorePath): boolean =>
  kind === 'values' && isHeartbeat({ table: null, id });

const only = <Id>(id: Id | undefined): Id[] | undefined => (id === undefined ? undefined : [id]);

const union = (held: Map<string, unknown> | undefined, written: Iterable<string> = []) =>
  new Set([...(held?.keys() ?? []), ...written]);
