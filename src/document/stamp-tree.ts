import {
  type ById,
  type ContentHashes,
  DELETED,
  type EncodedCell,
  noIds,
} from '../protocol/stamps.ts';
import { utf8Length } from '../protocol/utf8.ts';
import type { CellAddress, CellStamp, SizedStamp } from './cell-stamp.ts';
import { hashMember, hashStamp, hashText, jsonOf } from './hashes.ts';

/** A node whose hash TinyBase computes in the same way. */
export interface Hashed {
  readonly hash: number;
}

/** The newest stamp of one cell or value. */
export class Leaf {
  cell: EncodedCell;
  hlc: string;
  /** Bytes of its JSON. */
  bytes: number;
  #hash: number | undefined;

  constructor(cell: EncodedCell, hlc: string, bytes: number) {
    this.cell = cell;
    this.hlc = hlc;
    this.bytes = bytes;
  }

  /** Computed on demand: a stamp that is soon replaced never needs it. */
  get hash(): number {
    this.#hash ??= hashStamp(jsonOf(this.cell), this.hlc);
    return this.#hash;
  }

  replace(cell: EncodedCell, hlc: string, bytes: number): void {
    this.cell = cell;
    this.hlc = hlc;
    this.bytes = bytes;
    this.#hash = undefined;
  }
}

/** A row, a table, all tables, or all values. */
export class Branch<Child extends Hashed> {
  readonly children = new Map<string, Child>();
  hlc = '';
  /** The XOR of the children's contributions; undefined until the hash is read first. */
  #sum: number | undefined;
  /** The children that changed since then, with their hashes of before. */
  #changed: Map<string, number> | undefined;

  /** Computed on demand, once for all changes since it was read last. */
  get hash(): number {
    if (this.#sum === undefined) this.#sum = this.#sumOfAll();
    else if (this.#changed) this.#sum ^= sumOfChanges(this.children, this.#changed);
    this.#changed = undefined;
    // Older versions of TinyBase give containers an HLC too. The latest one is part of their hash.
    return (this.#sum ^ (this.hlc ? hashText(this.hlc) : 0)) >>> 0;
  }

  #sumOfAll(): number {
    let sum = 0;
    this.children.forEach((child, id) => {
      sum ^= replacement(id, child, 0);
    });
    return sum;
  }

  /** Call it before a child changes, and before the parent's `willChange`. */
  willChange(id: string): void {
    if (this.#sum === undefined || this.#changed?.has(id)) return;
    this.#changed ??= new Map();
    this.#changed.set(id, this.children.get(id)?.hash ?? 0);
  }

  /** Sets the HLC if it is later than the present one. Returns whether it is. */
  raise(hlc = ''): boolean {
    if (hlc <= this.hlc) return false;
    this.hlc = hlc;
    return true;
  }
}

function sumOfChanges(children: Map<string, Hashed>, changed: Map<string, number>): number {
  let sum = 0;
  for (const [id, before] of changed) sum ^= replacement(id, children.get(id)!, before);
  return sum;
}

/** In TinyBase a new cell replaces one whose hash is 0; a new row or table replaces nothing. */
const replacement = (id: string, child: Hashed, before: number): number =>
  before === 0 && child instanceof Branch
    ? hashMember(id, child.hash)
    : hashMember(id, before) ^ hashMember(id, child.hash);

export type Cells = Branch<Leaf>;
export type Rows = Branch<Cells>;
export type Tables = Branch<Rows>;

/** Bytes of a stamp on the wire beside its cell and its id: HLC, brackets, quotes and commas. */
const STAMP_BYTES = 26;

/**
 * The bytes that a stamp, and a row or table, count beside their text. They take three times as
 * much memory, so a store of 32 MB fits in the 128 MB of an isolate, however small its cells are.
 */
export const STAMP_COST = 32;
export const BRANCH_COST = 64;

/** Bytes of a row or table in JSON beside its id and its children: brackets, quotes and commas. */
const BRANCH_BYTES = 8;

/**
 * Changes after which the tree computes its hashes unasked, because pending changes take memory.
 */
const MAX_UNHASHED = 10_000;

/**
 * The content of one MergeableStore: the newest stamp of every cell and value, including
 * tombstones, with TinyBase's hashes. A TinyBase MergeableStore takes ten times as long per edit
 * and twice the memory, for listeners and schemas that the server does not use.
 */
export class StampTree {
  readonly tables: Tables = new Branch();
  readonly values: Cells = new Branch();
  /**
   * The size that MAX_STORE_BYTES limits: bytes of text, and a cost for each stamp, row and table.
   */
  bytes = 0;
  #leaves = 0;
  #branches = 0;
  /** The number of cells and values that are not deleted. */
  live = 0;
  /** The content that the last newer stamp replaced; DELETED if there was none. */
  replaced: EncodedCell = DELETED;
  /** Incremented with every change. */
  version = 0;
  /** The latest HLC of any stamp. */
  latest = '';
  /** Whether any container has an HLC. */
  #dated = false;
  /** Changes since the hashes were read. Before the first read, nothing is noted. */
  #unhashed = Number.NEGATIVE_INFINITY;

  get hashes(): ContentHashes {
    this.#unhashed = 0;
    return [this.tables.hash, this.values.hash];
  }

  /** The approximate size of the content as JSON, in bytes, without escapes in ids. */
  get jsonBytes(): number {
    const { bytes } = this;
    const leaves = this.#leaves * (STAMP_COST - STAMP_BYTES);
    return bytes - leaves - this.#branches * (BRANCH_COST - BRANCH_BYTES);
  }

  leaf({ table, row, id }: CellAddress): Leaf | undefined {
    return this.row(table, row)?.children.get(id);
  }

  /** The cell or value at an address; DELETED also if there never was one. */
  cellAt(address: CellAddress): EncodedCell {
    const leaf = this.leaf(address);
    return leaf ? leaf.cell : DELETED;
  }

  /** A row, or the values where `table` is null. */
  row(table: string | null, row: string): Cells | undefined {
    return table === null ? this.values : this.tables.children.get(table)?.children.get(row);
  }

  /**
   * Merges a stamp. Returns its leaf if the stamp, or the HLC of a container, is newer; else
   * undefined.
   */
  put(edit: CellStamp): Leaf | undefined {
    const { table, row, containers } = edit;
    const known = this.row(table, row)?.children.get(edit.id);
    const newer = !known || edit.hlc > known.hlc;
    if (!newer && !containers) return undefined;
    this.version++;
    this.replaced = known ? known.cell : DELETED;
    const cells = table === null ? this.values : this.#changingRow(table, row);
    const leaf = newer ? this.#putCell(cells, edit, known) : known;
    const dated = containers ? this.#date(edit, containers) : false;
    if (++this.#unhashed > MAX_UNHASHED) void this.hashes;
    return newer || dated ? leaf : undefined;
  }

  /** The row, created if needed. Marks the row, its table and the tables as changing. */
  #changingRow(tableId: string, rowId: string): Cells {
    this.tables.willChange(tableId);
    const table =
      this.tables.children.get(tableId) ?? this.#add(this.tables, tableId, new Branch());
    table.willChange(rowId);
    return table.children.get(rowId) ?? this.#add(table, rowId, new Branch());
  }

  #putCell(cells: Cells, { id, cell, hlc }: CellStamp, known: Leaf | undefined): Leaf {
    if (hlc > this.latest) this.latest = hlc;
    const bytes = utf8Length(jsonOf(cell));
    cells.willChange(id);
    this.live += (cell === DELETED ? 0 : 1) - (known && known.cell !== DELETED ? 1 : 0);
    if (known) {
      this.bytes += bytes - known.bytes;
      known.replace(cell, hlc, bytes);
      return known;
    }
    this.bytes += bytes + utf8Length(id) + STAMP_COST;
    const leaf = new Leaf(cell, hlc, bytes);
    this.#leaves += 1;
    cells.children.set(id, leaf);
    return leaf;
  }

  #date({ table, row }: CellStamp, [outermost, tableHlc, rowHlc]: readonly string[]): boolean {
    this.#dated = true;
    if (table === null) return this.values.raise(outermost);
    const raised = [
      this.tables.raise(outermost),
      this.tables.children.get(table)!.raise(tableHlc),
      this.row(table, row)!.raise(rowHlc),
    ];
    return raised.includes(true);
  }

  #add<Child extends Hashed>(parent: Branch<Child>, id: string, created: Child): Child {
    parent.children.set(id, created);
    this.bytes += utf8Length(id) + BRANCH_COST;
    this.#branches += 1;
    return created;
  }

  /**
   * Every stamp, tables first. If the tree changes meanwhile, old and new stamps may both appear.
   */
  *all(): Generator<SizedStamp> {
    yield* this.ofTables();
    yield* this.ofRow(null, '');
  }

  *ofTables(): Generator<SizedStamp> {
    for (const table of this.tables.children.keys()) yield* this.ofTable(table);
  }

  /**
   * Does not destructure entries: that would take a third of the time of the first answer after a
   * start.
   */
  *ofTable(table: string): Generator<SizedStamp> {
    for (const row of this.tables.children.get(table)?.children ?? []) {
      for (const cell of row[1].children) yield this.hold(table, row[0], cell[0], cell[1]);
    }
  }

  *ofRow(table: string | null, row: string): Generator<SizedStamp> {
    for (const [id, leaf] of this.row(table, row)?.children ?? []) {
      yield this.hold(table, row, id, leaf);
    }
  }

  hold(table: string | null, row: string, id: string, leaf: Leaf): SizedStamp {
    const bytes = sizeOnWire(leaf.bytes, id);
    const containers = this.#dated ? this.#containers(table, row) : undefined;
    return { table, row, id, cell: leaf.cell, hlc: leaf.hlc, containers, bytes };
  }

  #containers(table: string | null, row: string): string[] | undefined {
    if (table === null) return this.values.hlc ? [this.values.hlc] : undefined;
    const rows = this.tables.children.get(table);
    const hlcs = [this.tables.hlc, rows?.hlc ?? '', rows?.children.get(row)?.hlc ?? ''];
    return hlcs.some(Boolean) ? hlcs : undefined;
  }
}

const sizeOnWire = (cellBytes: number, id: string): number => cellBytes + id.length + STAMP_BYTES;

/** A stamp that is in no tree, with its size. */
export const sizedStamp = (edit: CellStamp): SizedStamp => ({
  ...edit,
  bytes: sizeOnWire(utf8Length(jsonOf(edit.cell)), edit.id),
});

/** The hash of each child, by id. */
export function hashesOf(branch: Branch<Hashed> | undefined): ById<number> {
  const hashes = noIds<number>();
  for (const [id, child] of branch?.children ?? []) hashes[id] = child.hash;
  return hashes;
}
