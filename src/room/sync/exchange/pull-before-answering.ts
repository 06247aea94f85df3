import type { CellHashes, RowHashes, TableHashes, ValueHashes } from 'tinybase';
import type { CellStamp } from '../../../document/cell-stamp.ts';
import { decodeTables, decodeValues } from '../../../document/codec/stamp-decoder.ts';
import { isHeartbeat } from '../../../document/heartbeat.ts';
import type { StampTree } from '../../../document/stamp-tree.ts';
import { type Envelope, MESSAGE } from '../../../protocol/frame.ts';
import { HEARTBEAT_ID } from '../../../protocol/heartbeat.ts';
import { noIds } from '../../../protocol/stamps.ts';
import { isHashTree, setRow } from './diffs.ts';
import type { Request } from './pull.ts';

/**
 * The hashes in a device's diff request show what the device has and the room lacks. The room asks
 * for it before it answers. That costs no more frames than asking later and saves an exchange of
 * hashes. The room then has everything of the device when the client's `startSync` resolves, so a
 * client with more than a frame can carry is closed with 1009 while it connects.
 */

type PulledBefore = Omit<Request, 'requestId'>;

/**
 * The request to make before answering; undefined if the device has nothing that the room lacks.
 */
export function pullBeforeAnswering(
  tree: StampTree,
  message: number,
  body: unknown,
): PulledBefore | undefined {
  switch (message) {
    case MESSAGE.getTableDiff:
      return isHashTree(body, 1) ? unknownTables(tree, body) : undefined;
    case MESSAGE.getRowDiff:
      return isHashTree(body, 2) ? unknownRows(tree, body) : undefined;
    case MESSAGE.getCellDiff:
      return isHashTree(body, 3) ? differingCells(tree, body) : undefined;
    case MESSAGE.getValueDiff:
      return isHashTree(body, 1) ? differingValues(tree, body) : undefined;
    default:
      return undefined;
  }
}

/** Whether a request for values shows that the device has a heartbeat, and the room has none. */
export const isHeartbeatLost = (tree: StampTree, { message, body }: Envelope): boolean =>
  message === MESSAGE.getValueDiff &&
  isHashTree(body, 1) &&
  Object.hasOwn(body, HEARTBEAT_ID) &&
  !tree.values.children.has(HEARTBEAT_ID);

/** Decodes the response to that request; undefined if it is malformed. */
export function decodePulledBefore(
  { message }: PulledBefore,
  body: unknown,
): CellStamp[] | undefined {
  if (message === MESSAGE.getTableDiff)
    return Array.isArray(body) ? decodeTables(body[0]) : undefined;
  return message === MESSAGE.getCellDiff ? decodeTables(body) : decodeValues(body);
}

/**
 * The request names the known tables with the device's own hashes, so the response has only the
 * others.
 */
function unknownTables(tree: StampTree, theirs: TableHashes): PulledBefore | undefined {
  const known = noIds<number>();
  let unknown = 0;
  for (const id of Object.keys(theirs)) {
    if (tree.tables.children.has(id)) known[id] = theirs[id]!;
    else unknown++;
  }
  return unknown > 0 ? { message: MESSAGE.getTableDiff, body: known } : undefined;
}

/** A cell diff request without cells of a row gets the whole row. */
function unknownRows(tree: StampTree, theirs: RowHashes): PulledBefore | undefined {
  const wanted = noIds<RowHashes>();
  for (const table of Object.keys(theirs)) {
    for (const row of Object.keys(theirs[table]!)) {
      if (!tree.row(table, row)) setRow(wanted, table, row, noIds());
    }
  }
  return cellRequest(wanted);
}

function differingCells(tree: StampTree, theirs: CellHashes): PulledBefore | undefined {
  const wanted = noIds<RowHashes>();
  for (const table of Object.keys(theirs)) {
    for (const row of Object.keys(theirs[table]!)) {
      const cells = tree.row(table, row)?.children;
      const ours = Object.entries(theirs[table]![row]!);
      if (ours.every(([id, hash]) => cells?.get(id)?.hash === hash)) continue;
      const hashes = noIds<number>();
      for (const [id, { hash }] of cells ?? []) hashes[id] = hash;
      setRow(wanted, table, row, hashes);
    }
  }
  return cellRequest(wanted);
}

const cellRequest = (wanted: CellHashes): PulledBefore | undefined =>
  Object.keys(wanted).length > 0 ? { message: MESSAGE.getCellDiff, body: wanted } : undefined;

function differingValues(tree: StampTree, theirs: ValueHashes): PulledBefore | undefined {
  const { children } = tree.values;
  const differs = (id: string) =>
    !isHeartbeat({ table: null, id }) && children.get(id)?.hash !== theirs[id];
  if (!Object.keys(theirs).some(differs)) return undefined;
  const body = noIds<number>();
  for (const [id, { hash }] of children) body[id] = hash;
  return { message: MESSAGE.getValueDiff, body };
}
