import type { ById } from '../../protocol/stamps.ts';
import type { CellStamp } from '../cell-stamp.ts';
import { encodeCell } from './cell-codec.ts';

/** The stamps in the body of a ContentDiff. */
export interface DecodedChange {
  readonly edits: CellStamp[];
  /** Whether any container has an HLC, even an empty one. */
  readonly isDated: boolean;
}

const HLC = /^[-0-9A-Z_a-z]{16}$/;

/** The children of a container's stamp by id; undefined if it is no container. */
const childrenOf = ([content]: unknown[]): ById<unknown> | undefined =>
  typeof content === 'object' && content !== null && !Array.isArray(content)
    ? (content as ById<unknown>)
    : undefined;

/** Collects stamps from the body of a message. Its methods return false for a malformed body. */
class StampDecoder implements DecodedChange {
  readonly edits: CellStamp[] = [];
  isDated = false;
  /** A stamp is its content, an HLC and, in mergeable content, a hash. */
  readonly #minSize: number;
  readonly #maxSize: number;

  constructor(hashed: boolean) {
    this.#minSize = hashed ? 3 : 1;
    this.#maxSize = hashed ? 3 : 2;
  }

  tables(stamp: unknown): boolean {
    const tables = this.#childrenOf(stamp);
    if (!tables) return false;
    for (const tableId of Object.keys(tables)) {
      const table = tables[tableId];
      const rows = this.#childrenOf(table);
      if (!rows) return false;
      const outer = [hlcOf(stamp as unknown[]), hlcOf(table as unknown[])];
      for (const rowId of Object.keys(rows)) {
        if (!this.#cells(rows[rowId], tableId, rowId, outer)) return false;
      }
    }
    return true;
  }

  values(stamp: unknown): boolean {
    return this.#cells(stamp, null, '', []);
  }

  #cells(stamp: unknown, table: string | null, row: string, outer: string[]): boolean {
    const cells = this.#childrenOf(stamp);
    if (!cells) return false;
    const dates = [...outer, hlcOf(stamp as unknown[])];
    const containers = dates.some(Boolean) ? dates : undefined;
    for (const id of Object.keys(cells)) {
      const child = cells[id];
      if (!this.#isStamp(child)) return false;
      const cell = encodeCell(child[0]);
      if (cell === undefined) return false;
      this.edits.push({ table, row, id, cell, hlc: hlcOf(child), containers });
    }
    return true;
  }

  /** The children of a container. Notes whether the container has an HLC. */
  #childrenOf(stamp: unknown): ById<unknown> | undefined {
    if (!this.#isStamp(stamp)) return undefined;
    if (hlcOf(stamp) !== '') this.isDated = true;
    return childrenOf(stamp);
  }

  #isStamp(stamp: unknown): stamp is unknown[] {
    if (!Array.isArray(stamp)) return false;
    if (stamp.length < this.#minSize || stamp.length > this.#maxSize) return false;
    const hlc: unknown = stamp.length > 1 ? stamp[1] : '';
    return hlc === '' || (typeof hlc === 'string' && HLC.test(hlc));
  }
}

const hlcOf = (stamp: unknown[]): string => (stamp.length > 1 ? (stamp[1] as string) : '');

/** Decodes the body of a ContentDiff; undefined if it is malformed. */
export function decodeChange(body: unknown): DecodedChange | undefined {
  // TinyBase takes a body without the 1 for whole content, which has another form.
  if (!Array.isArray(body) || body.length !== 3 || body[2] !== 1) return undefined;
  const reader = new StampDecoder(false);
  return reader.tables(body[0]) && reader.values(body[1]) ? reader : undefined;
}

/** Decodes the text of a stored change. Throws if it cannot be read. */
export function readChange(text: string): CellStamp[] {
  const edits = decodeChange(JSON.parse(text))?.edits;
  if (!edits) throw new Error('a stored change cannot be read');
  return edits;
}

/** Decodes the content that `getMergeableContent` returns; undefined if it is malformed. */
export function decodeMergeableContent(body: unknown): CellStamp[] | undefined {
  if (!Array.isArray(body) || body.length !== 2) return undefined;
  const reader = new StampDecoder(true);
  return reader.tables(body[0]) && reader.values(body[1]) ? reader.edits : undefined;
}

export function decodeTables(stamp: unknown): CellStamp[] | undefined {
  const reader = new StampDecoder(false);
  return reader.tables(stamp) ? reader.edits : undefined;
}

export function decodeValues(stamp: unknown): CellStamp[] | undefined {
  const reader = new StampDecoder(false);
  return reader.values(stamp) ? reader.edits : undefined;
}
