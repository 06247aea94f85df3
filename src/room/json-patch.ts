import { fail, type Result, succeed } from '../protocol/errors.ts';
import type { Draft } from './draft.ts';
import { describePath, readPointer, type StorePath } from './store-path.ts';

/**
 * JSON Patch (RFC 6902) on a store: `add`, `replace`, `remove`, `move`, `copy` and `test`. One
 * operation that fails refuses all of them. A cell is the smallest thing there is: pointers end
 * there, even where it holds an object.
 */

interface Operation {
  op: string;
  path: StorePath;
  from: StorePath;
  value: unknown;
}

/** Applies a patch to a draft of the store, with pointers relative to `base`. */
export function applyJsonPatch(draft: Draft, base: StorePath, patch: unknown): Result<void> {
  if (!Array.isArray(patch)) return fail('bad_request', 'a JSON Patch is a list of operations');
  for (const json of patch) {
    const operation = readOperation(base, json);
    if (!operation.ok) return operation;
    const applied = apply(draft, operation.value);
    if (!applied.ok) return applied;
  }
  return succeed(undefined);
}

function readOperation(base: StorePath, json: unknown): Result<Operation> {
  if (typeof json !== 'object' || json === null) {
    return fail('bad_request', 'an operation of a JSON Patch is an object');
  }
  const { op, path: pointer, from: source, value } = json as Record<string, unknown>;
  const path = readPointer(base, pointer);
  if (!path.ok) return path;
  const from = op === 'move' || op === 'copy' ? readPointer(base, source) : path;
  if (!from.ok) return from;
  return succeed({ op: String(op), path: path.value, from: from.value, value });
}

function apply(draft: Draft, { op, path, from, value }: Operation): Result<void> {
  switch (op) {
    case 'add':
      return draft.replace(path, value);
    case 'replace':
      return draft.has(path) ? draft.replace(path, value) : absent(path);
    case 'remove':
      return draft.has(path) ? draft.remove(path) : absent(path);
    case 'move':
    case 'copy':
      return transfer(draft, from, path, op === 'move');
    case 'test':
      return sameJson(draft.read(path), value)
        ? succeed(undefined)
        : fail('precondition_failed', `${describePath(path)} is not what the patch expects`);
    default:
      return fail('invalid_field', `${op} is no operation of a JSON Patch`, { field: 'op' });
  }
}

function transfer(draft: Draft, from: StorePath, to: StorePath, move: boolean): Result<void> {
  const value = draft.read(from);
  if (value === undefined) return absent(from);
  const removed = move ? draft.remove(from) : succeed(undefined);
  return removed.ok ? draft.replace(to, value) : removed;
}

const absent = (path: StorePath) => fail('not_found', `there is no ${describePath(path)}`);

/** Whether two JSON values are equal, in whatever order their members are. */
function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const ids = Object.keys(one);
  return (
    ids.length === Object.keys(other).length &&
    ids.every((id) => Object.hasOwn(other, id) && sameJson(member(one, id), member(other, id)))
  );
}

const member = (object: object, id: string): unknown => (object as Record<string, unknown>)[id];
