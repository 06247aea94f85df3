import type { CellStamp, SizedStamp } from './cell-stamp.ts';

/** A change as JSON texts: the stamp of the tables and the stamp of the values. */
export interface EncodedChange {
  tables: string;
  values: string;
}

interface Cells {
  hlc: string;
  text: string;
}

interface Rows {
  hlc: string;
  rows: Map<string, Cells>;
}

/**
 * Encodes stamps as one change. It writes text directly: nested objects and `JSON.stringify` take
 * three times as long, and the room does this for every edit.
 */
export function encodeChange(edits: Iterable<CellStamp>): EncodedChange {
  const tables = new Map<string, Rows>();
  const values: Cells = { hlc: '', text: '' };
  let tablesHlc = '';
  let last: CellStamp | undefined;
  let cells = values;
  for (const edit of edits) {
    const { table, row, id, cell, hlc, containers } = edit;
    // Stamps of the same row nearly always follow one another.
    if (!last || last.row !== row || last.table !== table) {
      const [outermost = '', tableHlc, rowHlc] = containers ?? [];
      if (table === null) values.hlc = outermost;
      else tablesHlc = outermost;
      cells = table === null ? values : cellsOf(tables, table, row, tableHlc, rowHlc);
    }
    last = edit;
    const text = member(id, stamp(JSON.stringify(cell), hlc));
    cells.text += cells.text === '' ? text : `,${text}`;
  }
  const texts = Array.from(tables, ([id, { rows, hlc }]) =>
    member(id, stamp(braced(Array.from(rows, rowMember)), hlc)),
  );
  return { tables: stamp(braced(texts), tablesHlc), values: stamp(`{${values.text}}`, values.hlc) };
}

/** The bodies of ContentDiffs, each of one chunk. Encodes a chunk when it is asked for. */
export function* encodeChunks(chunks: Iterable<CellStamp[]>): Generator<string> {
  for (const stamps of chunks) yield bodyOf(encodeChange(stamps));
}

/** The body of a ContentDiff. */
export const bodyOf = ({ tables, values }: EncodedChange): string => `[${tables},${values},1]`;

function cellsOf(
  tables: Map<string, Rows>,
  tableId: string,
  rowId: string,
  tableHlc = '',
  rowHlc = '',
): Cells {
  let table = tables.get(tableId);
  if (!table) {
    table = { hlc: tableHlc, rows: new Map() };
    tables.set(tableId, table);
  }
  let cells = table.rows.get(rowId);
  if (!cells) {
    cells = { hlc: rowHlc, text: '' };
    table.rows.set(rowId, cells);
  }
  return cells;
}

const rowMember = (row: [string, Cells]): string =>
  member(row[0], stamp(`{${row[1].text}}`, row[1].hlc));

const member = (id: string, text: string): string => `${JSON.stringify(id)}:${text}`;

const braced = (members: string[]): string => `{${members.join(',')}}`;

/** An HLC needs no escapes. */
const stamp = (content: string, hlc: string): string =>
  hlc === '' ? `[${content}]` : `[${content},"${hlc}"]`;

/** Every chunk repeats the ids of its tables and rows. They make up at most a third of it. */
const MIN_PATHS = 3;

/**
 * Splits stamps into chunks of about `limit` bytes. A larger stamp gets a chunk of its own. Long
 * ids of tables and rows make chunks larger, because every chunk repeats them.
 */
export function* chunk(stamps: Iterable<SizedStamp>, limit: number): Generator<SizedStamp[]> {
  let waiting: SizedStamp[] = [];
  let bytes = 0;
  let room = limit;
  for (const stamp of stamps) {
    let path = pathCost(stamp, waiting.at(-1));
    if (waiting.length > 0 && bytes + path + stamp.bytes > room) {
      yield waiting;
      waiting = [];
      bytes = 0;
      path = pathCost(stamp);
    }
    if (waiting.length === 0) room = Math.max(limit, path * MIN_PATHS);
    bytes += path + stamp.bytes;
    waiting.push(stamp);
  }
  if (waiting.length > 0) yield waiting;
}

/** Bytes for the ids of a stamp's table and row; 0 if the stamp before has the same. */
function pathCost({ table, row }: CellStamp, before?: CellStamp): number {
  if (before?.table !== table || !before) return (table?.length ?? 0) + row.length + 16;
  return before.row === row ? 0 : row.length + 8;
}
