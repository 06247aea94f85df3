import { fail, type Result, succeed } from '../protocol/errors.ts';
import { DELETED, JSON_MARK, type Thing } from '../protocol/stamps.ts';
import type { Place } from './place.ts';
import { describePath, isLeafPath, type StorePath } from './store-path.ts';
import { writeThing } from './things.ts';
import type { Undated } from './truth.ts';

/** The wire form of what `JSON.parse` gave; undefined for texts that TinyBase keeps for itself. */
function encode(json: unknown): Thing | undefined {
  const reserved = typeof json === 'string' && (json === DELETED || json.startsWith(JSON_MARK));
  return reserved ? undefined : writeThing(json);
}

/** The place of a cell's or value's path. */
export const placeOf = ([kind, first = '', row = '', cell = '']: StorePath): Place =>
  kind === 'values' ? { table: null, row: '', id: first } : { table: first, row, id: cell };

/** What a path holds that is no cell or value, in TinyBase's words. */
const CONTENTS = {
  tables: ['tables', 'rows', 'cells'],
  values: ['values'],
} as const;

/** Reads plain JSON at a path into the writes that would make it so. */
export function readPlain(path: StorePath, json: unknown): Result<Undated[]> {
  const writes: Undated[] = [];
  const failure = collect(path, json, writes);
  return failure ?? succeed(writes);
}

function collect(path: StorePath, json: unknown, writes: Undated[]): Result<never> | undefined {
  if (isLeafPath(path)) {
    const thing = encode(json);
    if (thing === undefined) return refuse(path, 'cannot be a cell or value');
    writes.push({ ...placeOf(path), thing });
    return undefined;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse(path, `has to be an object of ${contentsOf(path)}`);
  }
  for (const [id, child] of Object.entries(json)) {
    if (path.length === 0 && !Object.hasOwn(CONTENTS, id)) {
      return refuse([id], 'is not part of a store, which has tables and values');
    }
    const failure = collect([...path, id], child, writes);
    if (failure) return failure;
  }
  return undefined;
}

const contentsOf = ([kind, ...ids]: StorePath): string =>
  kind === undefined ? 'tables and values' : CONTENTS[kind as 'tables' | 'values'][ids.length]!;

const refuse = (path: StorePath, problem: string): Result<never> =>
  fail('invalid_field', `${describePath(path)} ${problem}`, { field: path.join('/') });
