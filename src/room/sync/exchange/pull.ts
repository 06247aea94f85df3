import type { CellHashes, RowHashes } from 'tinybase';
import type { CellStamp } from '../../../document/cell-stamp.ts';
import { decodeTables, decodeValues } from '../../../document/codec/stamp-decoder.ts';
import { hashesOf, type StampTree } from '../../../document/stamp-tree.ts';
import { MESSAGE, type Message } from '../../../protocol/frame.ts';
import { type ContentHashes, noIds } from '../../../protocol/stamps.ts';
import { cellHashes, type HashTrees, isHashTree, rowHashes, setRow } from './diffs.ts';

/**
 * How the room pulls from a device. The id of a request says how to treat its response, so a
 * handshake continues after an eviction.
 */

export interface Request {
  requestId: string;
  message: Message;
  body: unknown;
}

/** The content of a response: stamps to merge, and the requests that follow. */
export interface Pulled {
  edits: CellStamp[];
  next: () => Request[];
}

const NOTHING: Pulled = { edits: [], next: () => [] };

const ID = {
  hashes: 'pull.hashes',
  again: 'pull.again',
  verify: 'pull.verify',
  offered: 'pull.offered',
  tables: 'pull.tables',
  rows: 'pull.rows',
  cells: 'pull.cells',
  values: 'pull.values',
} as const;

/** Most rows in one request for cells. */
const MAX_ROWS = 1_000;

/** Asks a new device for its hashes. */
export const GREETING: Request = {
  requestId: ID.hashes,
  message: MESSAGE.getContentHashes,
  body: '',
};

/** Asks a device for its hashes again, later. */
export const VERIFY_REQUEST: Request = { ...GREETING, requestId: ID.verify };

/** Asks a new device with other hashes once more. */
export const GREETING_AGAIN: Request = { ...GREETING, requestId: ID.again };

/** Follows an offer of the room's hashes. */
export const OFFERED_REQUEST: Request = { ...GREETING, requestId: ID.offered };

/** Whether a request with this id greets a new device. */
export const isGreeting = (id: string | null): boolean => id === ID.hashes || id === ID.again;

/** Whether a request with this id asks for hashes. */
export const isForHashes = (id: string | null): boolean =>
  isGreeting(id) || id === ID.verify || id === ID.offered;

/** Whether a request with this id asks for content, not only for hashes. */
export const isPull = (id: string | null): boolean =>
  id === ID.tables || id === ID.rows || id === ID.cells || id === ID.values;

/**
 * Sends a device the room's hashes, so that the device asks for what it lacks. By the time of its
 * response to the request that follows, it has begun to ask, unless it does not load at all.
 */
export const offerOf = (tree: StampTree): Request[] => [
  { requestId: ID.hashes, message: MESSAGE.contentHashes, body: tree.hashes },
  OFFERED_REQUEST,
];

/** The requests for what a device with these hashes has and the room lacks. */
export function pullFor(tree: StampTree, [tables, values]: ContentHashes): Request[] {
  const requests: Request[] = [];
  if (tables !== tree.tables.hash) {
    const body = hashesOf(tree.tables);
    requests.push({ requestId: ID.tables, message: MESSAGE.getTableDiff, body });
  }
  if (values !== tree.values.hash) {
    const body = hashesOf(tree.values);
    requests.push({ requestId: ID.values, message: MESSAGE.getValueDiff, body });
  }
  return requests;
}

/** Decodes the response to one of these requests; undefined if it is malformed. */
export function decodePulled(
  tree: StampTree,
  id: string | null,
  body: unknown,
): Pulled | undefined {
  switch (id) {
    case ID.tables:
      return readDiff(body, 1, (tables) =>
        ask(ID.rows, MESSAGE.getRowDiff, rowHashes(tree, tables)),
      );
    case ID.rows:
      return readDiff(body, 2, (rows) => pullOfCells(cellHashes(tree, rows)));
    case ID.cells:
      return last(decodeTables(body));
    case ID.values:
      return last(decodeValues(body));
    default:
      // A response to no request of ours. The protocol says to ignore it.
      return NOTHING;
  }
}

const last = (edits: CellStamp[] | undefined): Pulled | undefined =>
  edits && { edits, next: () => [] };

/** `follow` makes the requests for the tables or rows that differ. */
function readDiff<Depth extends 1 | 2>(
  body: unknown,
  depth: Depth,
  follow: (differing: HashTrees[Depth]) => Request[],
): Pulled | undefined {
  if (!Array.isArray(body) || body.length !== 2) return undefined;
  const [stamp, differing] = body as unknown[];
  const edits = decodeTables(stamp);
  if (!edits || !isHashTree(differing, depth)) return undefined;
  return { edits, next: () => follow(differing) };
}

/**
 * The requests for cells with other hashes than these, in pieces. A request for the rows of a table
 * cannot be split: the device would send every row that is not named.
 */
export function pullOfCells(hashes: CellHashes): Request[] {
  const requests: Request[] = [];
  let piece = noIds<RowHashes>();
  let rows = 0;
  for (const table of Object.keys(hashes)) {
    for (const row of Object.keys(hashes[table]!)) {
      if (rows++ % MAX_ROWS === 0) {
        piece = noIds();
        requests.push({ requestId: ID.cells, message: MESSAGE.getCellDiff, body: piece });
      }
      setRow(piece, table, row, hashes[table]![row]!);
    }
  }
  return requests;
}

const ask = (requestId: string, message: Message, body: object): Request[] =>
  Object.keys(body).length > 0 ? [{ requestId, message, body }] : [];

export const isSame = (one: ContentHashes, other: ContentHashes): boolean =>
  one[0] === other[0] && one[1] === other[1];
