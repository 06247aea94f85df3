import { expect } from 'vitest';
import type { CellStamp } from '../../../src/document/cell-stamp.ts';
import { isHeartbeat, valuesHashWithoutHeartbeat } from '../../../src/document/heartbeat.ts';
import { StampTree } from '../../../src/document/stamp-tree.ts';
import type { RoomStorage } from '../../../src/platform.ts';
import { Document } from '../../../src/room/content/document.ts';
import { recordKeys } from '../../../src/room/log/log-keys.ts';
import type { MemoryStorage } from './storage/memory-storage.ts';

/** A document without a room. As in a room, a refused write stops it. */
export async function openDocument(storage: RoomStorage): Promise<Document> {
  const document = new Document(
    storage,
    0,
    () => undefined,
    () => document.stop(),
  );
  await document.open();
  await document.load();
  return document;
}

/** Waits until a document has no work on its log. */
export async function idle(document: Document): Promise<void> {
  for (let work = document.takeWork(); work; work = document.takeWork()) await work;
}

export const nextTurn = () => new Promise((resolve) => setTimeout(resolve));

/** What a client knows that has everything up to a cursor. */
export interface Visit {
  cursor: string;
  stamps: CellStamp[];
}

export const visit = (document: Document): Visit => ({
  cursor: document.cursor(),
  stamps: [...document.tree.all()].filter((stamp) => !isHeartbeat(stamp)),
});

/** The hashes of tables and values without the heartbeat, for comparisons. */
export const hashesOf = (tree: StampTree): number[] => [
  tree.hashes[0],
  valuesHashWithoutHeartbeat(tree),
];

/**
 * The hashes that a client has after it returns and gets what has changed since its visit; undefined
 * if the document cannot tell.
 */
export async function hashesAfterReturn(
  document: Document,
  { cursor, stamps }: Visit,
): Promise<number[] | undefined> {
  const changed = await document.changedSince(cursor);
  if (!changed) return undefined;
  const tree = new StampTree();
  for (const stamp of [...stamps, ...changed]) tree.put(stamp);
  return hashesOf(tree);
}

export const positionOf = (cursor: string): number => Number(cursor.split('.')[1]);

/**
 * Whether the log can tell what has changed after a position: it still has the record before it, or
 * that record's hash.
 */
export async function isStillKept(storage: MemoryStorage, position: number): Promise<boolean> {
  const { first, kept } = await headOf(storage);
  const { start, end } = recordKeys(kept, position);
  const before = await storage.list({ start, end, limit: 1 });
  return position >= kept && (before.size > 0 || position === first || position === 0);
}

export const write = (document: Document, id: number, text: string) =>
  document.write([{ table: 't', row: 'r', id: `${id}`, cell: text }]);

export const headOf = async (storage: MemoryStorage) =>
  (await storage.get<{ id: string; first: number; kept: number }>('log-head'))!;

export const expectRight = async (document: Document, visit: Visit): Promise<void> =>
  expect(await hashesAfterReturn(document, visit)).toEqual(hashesOf(document.tree));

/** Writes 10 kB cells until the log has been compacted `times` times. Returns all visits. */
export async function writeUntilCompacted(
  document: Document,
  storage: MemoryStorage,
  times: number,
): Promise<Visit[]> {
  const visits = [visit(document)];
  for (let first = (await headOf(storage))?.first ?? 0; times > 0; ) {
    write(document, visits.length % 7, `${visits.length}`.padEnd(10_000));
    visits.push(visit(document));
    await idle(document);
    const now = (await headOf(storage)).first;
    if (now !== first) times--;
    first = now;
  }
  return visits;
}
