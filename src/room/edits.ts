import type { ById, Changes, RowStamp, Stamp, Thing } from '../protocol/stamps.ts';
import { writeThing } from './things.ts';

/** One stamp and where it belongs. `table` is null for a value, which then has no `row`. */
export interface Edit {
  table: string | null;
  row: string;
  id: string;
  thing: Thing;
  /** Empty for default content. */
  hlc: string;
  /** HLCs of the containers around it, outermost first; only older TinyBase versions send any. */
  containers?: readonly string[];
}

const HLC = /^[-0-9A-Z_a-z]{16}$/;

type Visit = (thing: unknown, hlc: string, hash: unknown) => boolean;

/** Calls `visit` with what a stamp holds; false where it is none or `visit` says so. */
function readStamp(stamp: unknown, hashed: boolean, visit: Visit): boolean {
  if (!Array.isArray(stamp)) return false;
  const size = stamp.length;
  if (hashed ? size !== 3 : size !== 1 && size !== 2) return false;
  const hlc = size === 1 ? '' : (stamp[1] as unknown);
  return typeof hlc === 'string' && (hlc === '' || HLC.test(hlc)) && visit(stamp[0], hlc, stamp[2]);
}

function everyChild(children: unknown, visit: (child: unknown, id: string) => boolean): boolean {
  if (typeof children !== 'object' || children === null || Array.isArray(children)) return false;
  for (const id of Object.keys(children)) {
    if (!visit((children as ById<unknown>)[id], id)) return false;
  }
  return true;
}

/** Collects edits from bodies of messages; whatever malformed part it meets, it says false. */
class EditReader {
  readonly edits: Edit[] = [];
  readonly #hashed: boolean;

  constructor(hashed: boolean) {
    this.#hashed = hashed;
  }

  tables(stamp: unknown): boolean {
    return readStamp(stamp, this.#hashed, (tables, tablesHlc) =>
      everyChild(tables, (table, tableId) =>
        readStamp(table, this.#hashed, (rows, tableHlc) =>
          everyChild(rows, (row, rowId) =>
            this.#things(row, tableId, rowId, [tablesHlc, tableHlc]),
          ),
        ),
      ),
    );
  }

  values(stamp: unknown): boolean {
    return this.#things(stamp, null, '', []);
  }

  #things(stamp: unknown, table: string | null, row: string, outer: string[]): boolean {
    return readStamp(stamp, this.#hashed, (things, hlc) => {
      const containers = hlc || outer.some(Boolean) ? [...outer, hlc] : undefined;
      return everyChild(things, (child, id) =>
        readStamp(child, this.#hashed, (content, childHlc) => {
          const thing = writeThing(content);
          if (thing === undefined) return false;
          const edit: Edit = { table, row, id, thing, hlc: childHlc };
          if (containers) edit.containers = containers;
          this.edits.push(edit);
          return true;
        }),
      );
    });
  }
}

/** Reads the body of a ContentDiff, or a whole content; undefined where it is malformed. */
export function readChanges(body: unknown): Edit[] | undefined {
  if (!Array.isArray(body) || !(body.length === 2 || (body.length === 3 && body[2] === 1))) {
    return undefined;
  }
  const reader = new EditReader(false);
  return reader.tables(body[0]) && reader.values(body[1]) ? reader.edits : undefined;
}

/** Reads what `getMergeableContent` gives: the same with a hash in every stamp. */
export function readContent(body: unknown): Edit[] | undefined {
  if (!Array.isArray(body) || body.length !== 2) return undefined;
  const reader = new EditReader(true);
  return reader.tables(body[0]) && reader.values(body[1]) ? reader.edits : undefined;
}

export function readTables(stamp: unknown): Edit[] | undefined {
  const reader = new EditReader(false);
  return reader.tables(stamp) ? reader.edits : undefined;
}

export function readValues(stamp: unknown): Edit[] | undefined {
  const reader = new EditReader(false);
  return reader.values(stamp) ? reader.edits : undefined;
}

const stampOf = <Content>(content: Content, hlc: string): Stamp<Content> =>
  hlc ? [content, hlc] : [content];

/** An object whose ids may be anything, `__proto__` included. */
const noChildren = <Content>(): ById<Content> => Object.create(null) as ById<Content>;

const child = <Content>(children: ById<Stamp<ById<Content>>>, id: string, hlc = '') => {
  children[id] ??= stampOf(noChildren<Content>(), hlc);
  return children[id]![0];
};

/** Nests edits into the one change that carries them all. */
export function nest(edits: Iterable<Edit>): Changes {
  const tables = stampOf(noChildren<Stamp<ById<RowStamp>>>(), '');
  const values: RowStamp = stampOf(noChildren(), '');
  for (const { table, row, id, thing, hlc, containers } of edits) {
    if (table === null) {
      values[0][id] = stampOf(thing, hlc);
      if (containers?.[0]) values[1] = containers[0];
    } else {
      if (containers?.[0]) tables[1] = containers[0];
      const rows = child<RowStamp>(tables[0], table, containers?.[1]) as ById<RowStamp>;
      child<Stamp<Thing>>(rows, row, containers?.[2])[id] = stampOf(thing, hlc);
    }
  }
  return [tables, values, 1];
}
