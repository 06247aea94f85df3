import { fail, type Result, succeed } from '../../protocol/errors.ts';

/**
 * The part of a store that a request addresses: `[]` is the whole store, `['tables', table, row,
 * cell]` and `['values', value]` are a cell and a value. Their beginnings are tables, a table, a
 * row and values.
 */
export type StorePath = readonly string[];

/** The number of segments in the path of a cell, and of a value. */
const DEPTH: Readonly<Record<string, number>> = { tables: 4, values: 2 };

/** Whether the path is that of one cell or value. */
export const isLeafPath = (path: StorePath): boolean => path.length === DEPTH[path[0] ?? ''];

export const describePath = (path: StorePath): string => path.join('/') || 'the store';

/** Checks that segments form a path of a store. */
export function toStorePath(segments: string[]): Result<StorePath> {
  const [first] = segments;
  if (first === undefined) return succeed(segments);
  if (!Object.hasOwn(DEPTH, first)) {
    return fail('not_found', 'a store has tables and values, and nothing else');
  }
  if (segments.length <= DEPTH[first]!) return succeed(segments);
  const message = first === 'tables' ? 'a path ends at a cell' : 'a path ends at a value';
  return fail('bad_request', message);
}

/**
 * Decodes the part of a URL after `/store`, which is percent-encoded. Refuses an empty segment: it
 * is more often a superfluous slash, or the rest of an id `..`, than an empty id.
 */
export function readUrlPath(encoded: string): Result<StorePath> {
  const segments: string[] = [];
  for (const segment of encoded.split('/').slice(1)) {
    const decoded = percentDecode(segment);
    if (!decoded) {
      const message = decoded === '' ? 'the path has an empty segment' : 'the path is not UTF-8';
      return fail('bad_request', message);
    }
    segments.push(decoded);
  }
  return toStorePath(segments);
}

function percentDecode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Reads a JSON Pointer (RFC 6901) of an operation's `field`, relative to `base`. */
export function readPointer(base: StorePath, pointer: unknown, field: string): Result<StorePath> {
  if (typeof pointer !== 'string' || !isPointer(pointer)) {
    return fail('invalid_field', `${field} has to be a JSON Pointer`, { field });
  }
  const segments = pointer.split('/', MAX_SEGMENTS).slice(1);
  return toStorePath([...base, ...segments.map(unescapePointer)]);
}

/** One segment more than a path has shows that the pointer is too deep. */
const MAX_SEGMENTS = 6;

/**
 * Whether a text is a JSON Pointer: empty, or beginning with a slash, with no escapes but `~0` and
 * `~1`.
 */
const isPointer = (text: string): boolean => /^(?:$|\/)/.test(text) && !/~(?![01])/.test(text);

const unescapePointer = (segment: string): string =>
  segment.replaceAll('~1', '/').replaceAll('~0', '~');
