import type { StoredResumePoint } from '../sync/resume/resume-point.ts';

const KEY = 'resume-point';

/** Reads the resume point of a copy; undefined if there is none, or none that can be read. */
export function readResumePoint(database: IDBDatabase): Promise<StoredResumePoint | undefined> {
  return new Promise((resolve) => {
    const request = database.transaction('meta').objectStore('meta').get(KEY);
    request.onsuccess = () => resolve(isResumePoint(request.result) ? request.result : undefined);
    // The rows can be used without it.
    request.onerror = () => resolve(undefined);
  });
}

/** Replaces the resume point in a transaction; undefined removes it. */
export function writeResumePoint(
  transaction: IDBTransaction,
  point: StoredResumePoint | undefined,
): void {
  const meta = transaction.objectStore('meta');
  if (point) meta.put(point, KEY);
  else meta.delete(KEY);
}

function isResumePoint(record: unknown): record is StoredResumePoint {
  const { cursor, edits } = (record ?? {}) as Partial<Record<keyof StoredResumePoint, unknown>>;
  const isCursor = cursor === undefined || typeof cursor === 'string';
  return isCursor && Array.isArray(edits) && edits.every(isEditedPath);
}

const isEditedPath = (edit: unknown): boolean => {
  const { path, ids } = (edit ?? {}) as Record<string, unknown>;
  return [path, ids].every((list) => Array.isArray(list) && list.every(isString));
};

const isString = (id: unknown): boolean => typeof id === 'string';
