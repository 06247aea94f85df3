import { encodeCell } from '../../document/cell-codec.ts';
import type { CellAddress, CellWrite } from '../../document/cell-stamp.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { DELETED, type EncodedCell, JSON_MARK } from '../../protocol/stamps.ts';
import { describePath, isLeafPath, type StorePath } from './store-path.ts';

/** The wire form of what `JSON.parse` gave; undefined for texts that TinyBase keeps for itself. */
function encode(json: unknown): EncodedCell | undefined {
  const reserved = typeof json === 'string' && (json === DELETED || json.startsWith(JSON_MARK));
  return reserved ? undefined : encodeCell(json);
}

/** The address of a cell's or value's path. */
export const addressOf = ([kind, first = '', row = '', cell = '']: StorePath): CellAddress =>
  kind === 'values' ? { table: null, row: '', id: first } : { table: first, row, id: cell };

/** What a path holds that is no cell or value, in TinyBase's words. */
const CONTENTS = {
  tables: ['tables', 'rows', 'cells'],
  values: ['values'],
} as const;

/** Whether JSON has members, as everything in a store has that is no cell or value. */
export const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** Hands on each write that would make plain JSON so at a path, up to the first that cannot be. */
export function parsePlain(
  path: StorePath,
  json: unknown,
  write: (write: CellWrite) => void,
): Result<void> {
  if (isLeafPath(path)) {
    const cell = encode(json);
    if (cell === undefined) return refuse(path, 'cannot be a cell or value');
    write({ ...addressOf(path), cell });
    return succeed(undefined);
  }
  const members = membersOf(path, json);
  if (!members.ok) return members;
  for (const id of Object.keys(members.value)) {
    const read = parsePlain([...path, id], members.value[id], write);
    if (!read.ok) return read;
  }
  return succeed(undefined);
}

/** Takes JSON for what is at a path that is no cell's and no value's. */
export function membersOf(path: StorePath, json: unknown): Result<Record<string, unknown>> {
  if (!isObject(json)) return refuse(path, `has to be an object of ${contentsOf(path)}`);
  const stranger =
    path.length === 0 && Object.keys(json).find((id) => !Object.hasOwn(CONTENTS, id));
  if (stranger === undefined || stranger === false) return succeed(json);
  return refuse([stranger], 'is not part of a store, which has tables and values');
}

const contentsOf = ([kind, ...ids]: StorePath): string =>
  kind === undefined ? 'tables and values' : CONTENTS[kind as 'tables' | 'values'][ids.length]!;

const refuse = (path: StorePath, problem: string): Result<never> =>
  fail('invalid_field', `${describePath(path)} ${problem}`, { field: path.join('/') });
