import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { isObject } from './parsed-content.ts';
import { describePath, readPointer, type StorePath } from './store-path.ts';
import type { StoreTransaction } from './store-transaction.ts';

/**
 * JSON Patch (RFC 6902) on a store: `add`, `replace`, `remove`, `move`, `copy` and `test`. If one
 * operation fails, none is applied. A store differs from a JSON document in three ways: a pointer
 * ends at a cell, even if the cell is an object; a new cell creates its table and row; and a row or
 * table without cells does not exist.
 */

/** Bytes that the operations of one patch may read and write in all: the size of a full store. */
const MAX_PATCH_BYTES = 33_554_432;

type Operation =
  | { op: 'add' | 'replace' | 'test'; path: StorePath; value: unknown }
  | { op: 'remove'; path: StorePath }
  | { op: 'move' | 'copy'; path: StorePath; from: StorePath };

/** Applies a patch to a transaction. Pointers are relative to `base`. */
export function applyJsonPatch(
  transaction: StoreTransaction,
  base: StorePath,
  patch: unknown,
): Result<void> {
  if (!Array.isArray(patch)) return fail('bad_request', 'a JSON Patch is a list of operations');
  for (const json of patch) {
    const operation = readOperation(base, json);
    if (!operation.ok) return operation;
    const applied = apply(transaction, operation.value);
    if (!applied.ok) return applied;
    if (transaction.spent > MAX_PATCH_BYTES) return TOO_MUCH;
  }
  return succeed(undefined);
}

const TOO_MUCH = fail('payload_too_large', 'the operations of this patch are too much at once');

function readOperation(base: StorePath, json: unknown): Result<Operation> {
  if (!isObject(json)) return fail('bad_request', 'an operation of a JSON Patch is an object');
  const { op } = json;
  const path = readPointer(base, json.path, 'path');
  if (!path.ok) return path;
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      if (Object.hasOwn(json, 'value')) return succeed({ op, path: path.value, value: json.value });
      return fail('invalid_field', `${op} needs a value`, { field: 'value' });
    case 'remove':
      return succeed({ op, path: path.value });
    case 'move':
    case 'copy': {
      const from = readPointer(base, json.from, 'from');
      return from.ok ? succeed({ op, path: path.value, from: from.value }) : from;
    }
    default:
      return fail('invalid_field', 'op is no operation of a JSON Patch', { field: 'op' });
  }
}

function apply(transaction: StoreTransaction, operation: Operation): Result<void> {
  const { op, path } = operation;
  switch (op) {
    case 'add':
      return transaction.replace(path, operation.value);
    case 'replace':
      return transaction.has(path) ? transaction.replace(path, operation.value) : absent(path);
    case 'remove':
      return transaction.has(path) ? transaction.remove(path) : absent(path);
    case 'copy':
      return copy(transaction, operation.from, path);
    case 'move':
      return move(transaction, operation.from, path);
    case 'test':
      return test(transaction, path, operation.value);
  }
}

function copy(transaction: StoreTransaction, from: StorePath, to: StorePath): Result<void> {
  const value = transaction.read(from);
  return value === undefined ? absent(from) : transaction.replace(to, value);
}

function move(transaction: StoreTransaction, from: StorePath, to: StorePath): Result<void> {
  if (from.length < to.length && from.every((id, depth) => id === to[depth])) {
    return fail('invalid_field', 'nothing can be moved into itself', { field: 'from' });
  }
  const value = transaction.read(from);
  if (value === undefined) return absent(from);
  const removed = transaction.remove(from);
  return removed.ok ? transaction.replace(to, value) : removed;
}

function test(transaction: StoreTransaction, path: StorePath, value: unknown): Result<void> {
  if (transaction.matches(path, value)) return succeed(undefined);
  return fail('precondition_failed', `${describePath(path)} is not what the patch expects`);
}

const absent = (path: StorePath) => fail('not_found', `there is no ${describePath(path)}`);
