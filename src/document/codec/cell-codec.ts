import { parseJson } from '../../protocol/frame.ts';
import { DELETED, type EncodedCell, JSON_MARK } from '../../protocol/stamps.ts';

/**
 * Encodes a cell or value for the wire; undefined if it is neither. A client that applied a manual
 * sync sends objects and arrays as such, in which `\uFFFC` stands for a nested undefined.
 */
export function encodeCell(cell: unknown): EncodedCell | undefined {
  switch (typeof cell) {
    case 'string':
      return cell.startsWith(JSON_MARK) && !isJsonText(cell) ? undefined : cell;
    case 'number':
      return Number.isFinite(cell) ? cell : undefined;
    case 'boolean':
      return cell;
    case 'object':
      return cell === null ? null : encodeJsonCell(cell);
    default:
      return undefined;
  }
}

/** Decodes a cell or value as TinyBase's stores return it; undefined for a deletion. */
export function decodeCell(cell: EncodedCell): unknown {
  if (cell === DELETED) return undefined;
  return isJsonCell(cell) ? JSON.parse(cell.slice(1)) : cell;
}

/** Whether a cell or value is an object or an array. */
export const isJsonCell = (cell: EncodedCell): cell is string =>
  typeof cell === 'string' && cell.startsWith(JSON_MARK);

const isJsonText = (cell: string): boolean => {
  const parsed = parseJson(cell.slice(1));
  return typeof parsed === 'object' && parsed !== null;
};

function encodeJsonCell(cell: object): string | undefined {
  try {
    return JSON_MARK + JSON.stringify(cell, writePart);
  } catch {
    // It is nested too deeply, or contains NaN or an infinite number.
    return undefined;
  }
}

/** JSON has no infinite numbers: `JSON.stringify` would write null. */
function writePart(_: string, part: unknown): unknown {
  if (typeof part === 'number' && !Number.isFinite(part)) throw new RangeError();
  return part === DELETED ? undefined : part;
}
