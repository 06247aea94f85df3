import type { CellStamp, SizedStamp } from '../cell-stamp.ts';

/** The two parts of a change, each as JSON. */
export interface ChangeParts {
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

/** Writes the JSON of a cell or container with its HLC. */
type Wrap = (content: string, hlc: string) => string;

/** An HLC needs no escapes. */
const stamp: Wrap = (content, hlc) => (hlc === '' ? `[${content}]` : `[${content},"${hlc}"]`);

const withoutHlc: Wrap = (content) => content;

/** Encodes stamps, in any order, as one change: the body of a ContentDiff. */
export const encodeChange = (edits: Iterable<CellStamp>): string => joined(encodeParts(edits));

/** Encodes stamps, in any order, as one change without HLCs: TinyBase's `Changes`. */
export const encodePlainChange = (edits: Iterable<CellStamp>): string =>
  joined(encodeParts(edits, withoutHlc));

const joined = ({ tables, values }: ChangeParts): string => `[${tables},${values},1]`;

/**
 * Encodes stamps, in any order, as the two parts of a change. It writes text directly: nested
 * objects and `JSON.stringify` take three times as long, and the room does this for every edit.
 */
export function encodeParts(edits: Iterable<CellStamp>, wrap: Wrap = stamp): ChangeParts {
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
    const text = member(id, wrap(JSON.stringify(cell), hlc));
    cells.text += cells.text === '' ? text : `,${text}`;
  }
  // Destructured entries would take longer.
  const row = (entry: [string, Cells]) =>
    member(entry[0], wrap(`{${entry[1].text}}`, entry[1].hlc));
  const table = ([id, { rows, hlc }]: [string, Rows]) =>
    member(id, wrap(braced(Array.from(rows, row)), hlc));
  return {
    tables: wrap(braced(Array.from(tables, table)), tablesHlc),
    values: wrap(`{${values.text}}`, values.hlc),
  };
}

/** Encodes each chunk as one change, when it is asked for. */
export function* encodeChunks(chunks: Iterable<CellStamp[]>): Generator<string> {
  for (const stamps of chunks) yield encodeChange(stamps);
}

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

const member = (id: string, text: string): string => `${JSON.stringify(id)}:${text}`;

const braced = (members: string[]): string => `{${members.join(',')}}`;

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
