import { ChangedIds, type ChangedRows, EVERYTHING } from '../../operations/changed-rows.ts';
import type { Document } from '../content/document.ts';
import { etagOf } from '../http/etag.ts';
import { startOfLog } from '../log/log-cursor.ts';

/** The changes after a cursor, and the ETag of the store with them. */
export interface DescribedChanges extends ChangedRows {
  etag: string;
}

/**
 * Reads from the log what has changed after a cursor; undefined if nothing has. If the log cannot
 * tell, everything may have changed. An empty cursor is the beginning of the log.
 */
export async function describeChanges(
  document: Document,
  told: string,
): Promise<DescribedChanges | undefined> {
  await document.load();
  const from = told === '' ? startOfLog(document.cursor()) : told;
  const stamps = await document.changedSince(from);
  if (stamps?.length === 0) return undefined;
  const changed = new ChangedIds();
  for (const { table, row, id } of stamps ?? []) {
    if (table === null) changed.value(id);
    else changed.row(table, row);
  }
  const rows = stamps ? changed.rows : EVERYTHING;
  return { ...rows, etag: etagOf(document.tree, []) };
}

/** Whether the log has something after a cursor. */
export function hasChangedSince(document: Document, told: string): boolean {
  const cursor = document.cursor();
  return cursor !== (told === '' ? startOfLog(cursor) : told);
}
