import type { ById, ContentHashes, Thing } from '../protocol/stamps.ts';
import { utf8Length } from '../protocol/utf8.ts';
import type { Edit } from './edits.ts';
import { hashMember, hashStamp, hashText, jsonOf } from './hash.ts';

/** The newest stamp of one cell or value. */
export interface Leaf {
  thing: Thing;
  hlc: string;
  hash: number;
  /** Bytes of its JSON. */
  bytes: number;
}

/** A row, a table, all tables, or all values. */
export class Branch<Child> {
  readonly children = new Map<string, Child>();
  hlc = '';
  hash = 0;
}

export type Things = Branch<Leaf>;
export type Rows = Branch<Things>;
export type Tables = Branch<Rows>;

/** An edit that the tree holds, with about how many bytes it takes when serialised. */
export interface Held extends Edit {
  bytes: number;
}

/** What a stamp costs beside its thing and its id: HLC, brackets, quotes and commas. */
const STAMP_BYTES = 26;
const BRANCH_BYTES = 8;

/**
 * The content of one MergeableStore: the newest stamp of every cell and value, tombstones
 * included, with the hashes TinyBase computes for them. A TinyBase MergeableStore would do, but
 * takes ten times the time per edit and twice the memory, for listeners and schemas nobody uses
 * here.
 */
export class StampTree {
  readonly tables: Tables = new Branch();
  readonly values: Things = new Branch();
  /** About how many bytes the content takes when serialised. */
  bytes = 0;
  /** Grows with every change. */
  version = 0;
  /** The latest HLC of any stamp. */
  latest = '';

  get hashes(): ContentHashes {
    return [this.tables.hash, this.values.hash];
  }

  leaf({ table, row, id }: Pick<Edit, 'table' | 'row' | 'id'>): Leaf | undefined {
    return this.row(table, row)?.children.get(id);
  }

  /** A row, or the values where `table` is null. */
  row(table: string | null, row: string): Things | undefined {
    return table === null ? this.values : this.tables.children.get(table)?.children.get(row);
  }

  /** Takes the edit in if it is newer than what is there, and says whether it was. */
  put(edit: Edit): boolean {
    const known = this.leaf(edit);
    const newer = !known || edit.hlc > known.hlc;
    if (!newer && !edit.containers) return false;
    if (edit.table === null) {
      this.#putThing(this.values, edit, newer);
      raise(this.values, edit.containers?.[0]);
    } else {
      this.#putCell(edit, edit.table, newer);
    }
    this.version++;
    return newer;
  }

  #putCell(edit: Edit, tableId: string, newer: boolean): void {
    const [tablesHlc, tableHlc, rowHlc] = edit.containers ?? [];
    const table = this.#branch(this.tables, tableId, () => new Branch<Things>());
    const row = this.#branch(table, edit.row, () => new Branch<Leaf>());
    const tableHash = table.hash;
    const rowHash = row.hash;
    this.#putThing(row, edit, newer);
    raise(row, rowHlc);
    replaceMember(table, edit.row, rowHash, row.hash);
    raise(table, tableHlc);
    replaceMember(this.tables, tableId, tableHash, table.hash);
    raise(this.tables, tablesHlc);
  }

  #putThing(things: Things, { id, thing, hlc }: Edit, newer: boolean): void {
    if (!newer) return;
    const json = jsonOf(thing);
    const bytes = utf8Length(json);
    const hash = hashStamp(json, hlc);
    const known = things.children.get(id);
    toggle(things, hashMember(id, known?.hash ?? 0) ^ hashMember(id, hash));
    if (known) {
      this.bytes += bytes - known.bytes;
      Object.assign(known, { thing, hlc, hash, bytes });
    } else {
      this.bytes += bytes + utf8Length(id) + STAMP_BYTES;
      things.children.set(id, { thing, hlc, hash, bytes });
    }
    if (hlc > this.latest) this.latest = hlc;
  }

  #branch<Child>(parent: Branch<Child>, id: string, create: () => Child): Child {
    const known = parent.children.get(id);
    if (known) return known;
    const created = create();
    parent.children.set(id, created);
    this.bytes += utf8Length(id) + BRANCH_BYTES;
    return created;
  }

  /** Every stamp, tables first. May run on while the tree changes: it then sees both or either. */
  *all(): Generator<Held> {
    for (const table of this.tables.children.keys()) yield* this.ofTable(table);
    yield* this.ofRow(null, '');
  }

  *ofTable(table: string): Generator<Held> {
    for (const row of this.tables.children.get(table)?.children.keys() ?? []) {
      yield* this.ofRow(table, row);
    }
  }

  *ofRow(table: string | null, row: string): Generator<Held> {
    for (const [id, leaf] of this.row(table, row)?.children ?? []) {
      yield this.hold(table, row, id, leaf);
    }
  }

  hold(table: string | null, row: string, id: string, leaf: Leaf): Held {
    const bytes = leaf.bytes + id.length + STAMP_BYTES;
    const containers = this.#containers(table, row);
    const held = { table, row, id, thing: leaf.thing, hlc: leaf.hlc, bytes };
    return containers ? { ...held, containers } : held;
  }

  #containers(table: string | null, row: string): string[] | undefined {
    if (table === null) return this.values.hlc ? [this.values.hlc] : undefined;
    const rows = this.tables.children.get(table);
    const hlcs = [this.tables.hlc, rows?.hlc ?? '', rows?.children.get(row)?.hlc ?? ''];
    return hlcs.some(Boolean) ? hlcs : undefined;
  }
}

/** The hash of each child, by id. */
export function hashesOf(branch: Branch<{ hash: number }> | undefined): ById<number> {
  const hashes = Object.create(null) as ById<number>;
  for (const [id, child] of branch?.children ?? []) hashes[id] = child.hash;
  return hashes;
}

function toggle(branch: Branch<unknown>, hash: number): void {
  branch.hash = (branch.hash ^ hash) >>> 0;
}

function replaceMember(branch: Branch<unknown>, id: string, before: number, after: number): void {
  toggle(branch, (before ? hashMember(id, before) : 0) ^ hashMember(id, after));
}

/** Older versions of TinyBase date containers too; the latest date is part of their hash. */
function raise(branch: Branch<unknown>, hlc = ''): void {
  if (hlc <= branch.hlc) return;
  toggle(branch, (branch.hlc ? hashText(branch.hlc) : 0) ^ hashText(hlc));
  branch.hlc = hlc;
}
