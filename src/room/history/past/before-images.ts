import type { CellAddress, CellStamp, CellWrite } from '../../../document/cell-stamp.ts';
import { encodeChange } from '../../../document/codec/change-encoder.ts';
import { readChange } from '../../../document/codec/stamp-decoder.ts';
import { isHeartbeat } from '../../../document/heartbeat.ts';
import type { Leaf, StampTree } from '../../../document/stamp-tree.ts';
import type { EncodedCell } from '../../../protocol/stamps.ts';
import { utf8Length } from '../../../protocol/utf8.ts';

/** Bytes that a cell or value counts beside its text and its id: quotes, brackets and a comma. */
const IMAGE_COST = 8;

type Cells = Map<string, EncodedCell>;

/**
 * Cells and values as they were before some changes. Together with the content after those changes
 * they give the content before them.
 */
export class BeforeImages {
  readonly #tables = new Map<string | null, Map<string, Cells>>();
  #bytes = 0;
  #text: string | undefined;
  /** The leaves of the tree that are noted: a quick way to find that out. */
  readonly leaves = new Set<Leaf>();

  /** The approximate size of the cells and values as text, in bytes, without ids of containers. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#tables.size === 0;
  }

  /** Keeps what a cell or value was: DELETED if there was none. Only the first note of it counts. */
  note({ table, row, id }: CellAddress, cell: EncodedCell): void {
    const cells = this.#cellsOf(table, row);
    if (cells.has(id)) return;
    cells.set(id, cell);
    this.#text = undefined;
    this.#bytes += imageBytes(id, cell);
  }

  /** Adds the images of the changes that came before, which count instead of the present ones. */
  addEarlier(earlier: Iterable<CellWrite>): void {
    for (const write of earlier) {
      const cells = this.#cellsOf(write.table, write.row);
      const later = cells.get(write.id);
      if (later !== undefined) this.#bytes -= imageBytes(write.id, later);
      cells.delete(write.id);
      this.note(write, write.cell);
    }
  }

  /** Adds the images of the changes that came next. */
  addLater(later: Iterable<CellWrite>): void {
    for (const write of later) this.note(write, write.cell);
  }

  /** What a cell or value was; undefined if it has not changed. */
  get({ table, row, id }: CellAddress): EncodedCell | undefined {
    return this.#tables.get(table)?.get(row)?.get(id);
  }

  /** The number of rows and of cells in each table; `null` stands for the values. */
  *sizes(): Generator<[table: string | null, rows: number, cells: number]> {
    for (const [table, rows] of this.#tables) {
      let cells = 0;
      for (const row of rows.values()) cells += row.size;
      yield [table, rows.size, cells];
    }
  }

  *all(): Generator<CellWrite> {
    for (const [table, rows] of this.#tables) {
      for (const [row, cells] of rows) {
        for (const [id, cell] of cells) yield { table, row, id, cell };
      }
    }
  }

  /** The images as text: a change without HLCs. */
  get text(): string {
    this.#text ??= encodeChange(withoutHlcs(this.all()));
    return this.#text;
  }

  #cellsOf(table: string | null, row: string): Cells {
    let rows = this.#tables.get(table);
    if (!rows) {
      rows = new Map();
      this.#tables.set(table, rows);
    }
    let cells = rows.get(row);
    if (!cells) {
      cells = new Map();
      rows.set(row, cells);
    }
    return cells;
  }
}

/** What a cell or value counts in the size of images, in bytes. */
export const imageBytes = (id: string, cell: EncodedCell): number =>
  utf8Length(String(cell)) + utf8Length(id) + IMAGE_COST;

/** Reads the text of images. Throws if it cannot be read. */
export function readImages(text: string): BeforeImages {
  const images = new BeforeImages();
  images.addLater(readChange(text));
  return images;
}

/** Merges a stamp into a tree as `StampTree.put` does, and notes what it replaces. */
export function putNoting(
  tree: StampTree,
  edit: CellStamp,
  images: BeforeImages,
): Leaf | undefined {
  const leaf = tree.put(edit);
  if (!leaf || images.leaves.has(leaf)) return leaf;
  // A correction repeats the content, and the heartbeat is no content.
  if (leaf.cell === tree.replaced || isHeartbeat(edit)) return leaf;
  images.leaves.add(leaf);
  images.note(edit, tree.replaced);
  return leaf;
}

function* withoutHlcs(writes: Iterable<CellWrite>): Generator<CellStamp> {
  for (const write of writes) yield { ...write, hlc: '' };
}
