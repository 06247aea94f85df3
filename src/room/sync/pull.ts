import type { CellStamp } from '../../document/cell-stamp.ts';
import { decodeTables, decodeValues } from '../../document/codec/stamp-decoder.ts';
import { hashesOf, type StampTree } from '../../document/stamp-tree.ts';
import { MESSAGE, type Message } from '../../protocol/frame.ts';
import type { ContentHashes } from '../../protocol/stamps.ts';
import { cellHashes, type HashTrees, isContentHashes, isHashTree, rowHashes } from './diffs.ts';

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
  verify: 'pull.verify',
  tables: 'pull.tables',
  rows: 'pull.rows',
  cells: 'pull.cells',
  values: 'pull.values',
} as const;

/** Asks a device that reconnects for its hashes. */
export const HASHES_REQUEST: Request = {
  requestId: ID.hashes,
  message: MESSAGE.getContentHashes,
  body: '',
};

/** Asks a device for its hashes again, later. */
export const VERIFY_REQUEST: Request = { ...HASHES_REQUEST, requestId: ID.verify };

/** Whether a request with this id asks for content, not only for hashes. */
export const isPull = (id: string | null): boolean =>
  id === ID.tables || id === ID.rows || id === ID.cells || id === ID.values;

/** The requests to a device whose hashes differ: both sides may lack something. */
export function catchUp(tree: StampTree, theirs: ContentHashes): Request[] {
  const requests = pullFor(tree, theirs);
  const ours = { requestId: ID.hashes, message: MESSAGE.contentHashes, body: tree.hashes };
  return requests.length > 0 ? [ours, ...requests] : [];
}

/** The requests to a device with these hashes. */
function pullFor(tree: StampTree, [tables, values]: ContentHashes): Request[] {
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
    case ID.hashes:
    case ID.verify:
      return isContentHashes(body) ? { edits: [], next: () => catchUp(tree, body) } : undefined;
    case ID.tables:
      return readDiff(body, 1, (tables) =>
        ask(ID.rows, MESSAGE.getRowDiff, rowHashes(tree, tables)),
      );
    case ID.rows:
      return readDiff(body, 2, (rows) =>
        ask(ID.cells, MESSAGE.getCellDiff, cellHashes(tree, rows)),
      );
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

const ask = (requestId: string, message: Message, body: object): Request[] =>
  Object.keys(body).length > 0 ? [{ requestId, message, body }] : [];
