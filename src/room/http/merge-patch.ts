import { type Result, succeed } from '../../protocol/errors.ts';
import { isObject, membersOf } from './parsed-content.ts';
import { isLeafPath, type StorePath } from './store-path.ts';
import { isReadOnly, type StoreTransaction } from './store-transaction.ts';

/**
 * JSON Merge Patch (RFC 7396) on a store: null removes, an object is merged, also into a cell or
 * value, and anything else replaces.
 */
export function applyMergePatch(
  transaction: StoreTransaction,
  path: StorePath,
  patch: unknown,
): Result<void> {
  if (isLeafPath(path)) return transaction.replace(path, merge(transaction.read(path), patch));
  const members = membersOf(path, patch);
  if (!members.ok) return members;
  for (const [id, member] of Object.entries(members.value)) {
    const inner = [...path, id];
    if (isReadOnly(inner)) continue;
    const applied =
      member === null ? transaction.remove(inner) : applyMergePatch(transaction, inner, member);
    if (!applied.ok) return applied;
  }
  return succeed(undefined);
}

/** The function MergePatch of RFC 7396, section 2. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [id, member] of Object.entries(patch)) {
    if (member === null) merged.delete(id);
    else merged.set(id, merge(merged.get(id), member));
  }
  return Object.fromEntries(merged);
}
