import { fail, type Result, succeed } from '../protocol/errors.ts';
import { DELETED, type Thing } from '../protocol/stamps.ts';
import { isHeartbeat } from './heartbeat.ts';
import { type Place, thingAt } from './place.ts';
import { placeOf, readPlain } from './plain.ts';
import { pathOf } from './plain-text.ts';
import { STAMP_COST, type StampTree } from './stamp-tree.ts';
import { isLeafPath, type StorePath } from './store-path.ts';
import { readThing } from './things.ts';
import type { Undated } from './truth.ts';

/** The beginning of a place: nothing, a table, a table and a row, or all of it. */
type Prefix = [table?: string | null, row?: string, id?: string];

/**
 * What a store would be after some writes, which it takes all at once or not at all. After a write
 * that failed the draft is good for nothing.
 */
export class Draft {
  /** The bytes that were read and written so far, in the measure of a store's size. */
  spent = 0;
  readonly #tree: StampTree;
  readonly #writes = new Map<string | null, Map<string, Map<string, Thing>>>();

  constructor(tree: StampTree) {
    this.#tree = tree;
  }

  /** What is at a path, as plain JSON; undefined for nothing. */
  read(path: StorePath): unknown {
    if (isLeafPath(path)) {
      const thing = this.#visit(placeOf(path));
      return thing === undefined ? undefined : readThing(thing);
    }
    const root = emptyAt(path);
    for (const [place, thing] of this.#things(path)) {
      const ids = pathOf(place).slice(path.length);
      const last = ids.pop()!;
      let parent = root;
      for (const id of ids) {
        parent[id] ??= noChildren();
        parent = parent[id] as Children;
      }
      parent[last] = readThing(thing);
    }
    return path.length > 1 && Object.keys(root).length === 0 ? undefined : root;
  }

  /** Whether something is at a path; the store, its tables and its values are always there. */
  has(path: StorePath): boolean {
    return path.length < 2 || !this.#things(path).next().done;
  }

  /** Makes what is at a path what `json` says, and nothing else. */
  replace(path: StorePath, json: unknown): Result<void> {
    const removed = this.remove(path);
    return removed.ok ? this.merge(path, json) : removed;
  }

  /** Sets what `json` names, and leaves everything else. */
  merge(path: StorePath, json: unknown): Result<void> {
    if (isProtected(path)) return PROTECTED;
    return readPlain(path, json, (write) => this.#set(write, write.thing));
  }

  /** Deletes everything at a path. */
  remove(path: StorePath): Result<void> {
    if (isProtected(path)) return PROTECTED;
    for (const [place] of this.#things(path)) this.#set(place, DELETED);
    return succeed(undefined);
  }

  /** Everything to be written, deletions first, since they make room. */
  *writes(): Generator<Undated> {
    for (const deletions of [true, false]) {
      for (const [table, rows] of this.#writes) {
        for (const [row, things] of rows) {
          for (const [id, thing] of things) {
            if ((thing === DELETED) === deletions) yield { table, row, id, thing };
          }
        }
      }
    }
  }

  #visit(place: Place): Thing | undefined {
    const written = this.#writes.get(place.table)?.get(place.row)?.get(place.id);
    const thing = written === undefined ? thingAt(this.#tree, place) : written;
    this.#spend(thing);
    return thing === DELETED ? undefined : thing;
  }

  #spend(thing: Thing): void {
    this.spent += STAMP_COST + (typeof thing === 'string' ? thing.length : 0);
  }

  /** What a request says about the heartbeat among other values is passed over. */
  #set({ table, row, id }: Place, thing: Thing): void {
    if (isHeartbeat({ table, id })) return;
    this.#spend(thing);
    const rows = this.#writes.get(table) ?? new Map<string, Map<string, Thing>>();
    const things = rows.get(row) ?? new Map<string, Thing>();
    this.#writes.set(table, rows.set(row, things.set(id, thing)));
  }

  /** The cells and values at a path. */
  *#things(path: StorePath): Generator<[Place, Thing]> {
    const [kind, ...ids] = path;
    if (kind !== 'values') yield* this.#thingsIn(ids as Prefix);
    if (kind !== 'tables') yield* this.#thingsIn([null, '', ids[0]]);
  }

  *#thingsIn([onlyTable, onlyRow, onlyId]: Prefix): Generator<[Place, Thing]> {
    const { tables } = this.#tree;
    for (const table of idsIn(onlyTable, tables.children, this.#writes)) {
      // Values are no table.
      if (table === null && onlyTable === undefined) continue;
      const rows = this.#writes.get(table);
      const treeRows = table === null ? undefined : tables.children.get(table)?.children;
      for (const row of idsIn(onlyRow, treeRows, rows)) {
        const things = this.#tree.row(table, row)?.children;
        for (const id of idsIn(onlyId, things, rows?.get(row))) {
          const place = { table, row, id };
          const thing = this.#visit(place);
          if (thing !== undefined) yield [place, thing];
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

/** The one id that is asked for, or all that the tree or the draft has. */
function* idsIn<Id>(
  only: Id | undefined,
  held: Map<Id, unknown> | undefined,
  written: Map<Id, unknown> | undefined,
): Generator<Id> {
  if (only !== undefined) return yield only;
  if (held) yield* held.keys();
  for (const id of written?.keys() ?? []) if (!held?.has(id)) yield id;
}
