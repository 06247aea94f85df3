import type { CellAddress, CellWrite } from '../../document/cell-stamp.ts';
import { encodeCell } from '../../document/codec/cell-codec.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { DELETED, type EncodedCell, JSON_MARK } from '../../protocol/stamps.ts';
import { describePath, isLeafPath, type StorePath } from './store-path.ts';

/** Encodes a cell or value of plain JSON; undefined for strings that TinyBase reserves. */
function encode(json: unknown): EncodedCell | undefined {
  const reserved = typeof json === 'string' && (json === DELETED || json.startsWith(JSON_MARK));
  return reserved ? undefined : encodeCell(json);
}

/** The address of the cell or value at a path. */
export const addressOf = ([kind, first = '', row = '', cell = '']: StorePath): CellAddress =>
  kind === 'values' ? { table: null, row: '', id: first } : { table: first, row, id: cell };

/** What a path that is not of a cell or value contains, in TinyBase's words. */
const CONTENTS = {
  tables: ['tables', 'rows', 'cells'],
  values: ['values'],
} as const;

/** Whether a JSON value is an object. */
export const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/**
 * Calls `write` for each cell and value in the plain JSON of a path, up to the first invalid one.
 */
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

/** The members of the plain JSON of a store, table or row. */
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
