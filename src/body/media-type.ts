import { safeParse } from 'fast-content-type-parse';

/** How a body that is JSON is meant: as a value, or as one of the two kinds of patches. */
export type BodyKind = 'json' | 'json-patch' | 'merge-patch';

/**
 * The media types of JSON bodies. The last two are what `fetch` and `curl -d` say of a text whose
 * type nobody named.
 */
const KINDS: ReadonlyMap<string, BodyKind> = new Map([
  ['application/json', 'json'],
  ['application/json-patch+json', 'json-patch'],
  ['application/merge-patch+json', 'merge-patch'],
  ['text/plain', 'json'],
  ['application/x-www-form-urlencoded', 'json'],
]);

/** The kinds that only `PATCH` of the store takes. */
export const PATCH_TYPES = [...KINDS.keys()].slice(0, 3).join(', ');

/** Reads a `Content-Type`; a missing one means JSON. Undefined for another type or charset. */
export function bodyKind(contentType: string | null): BodyKind | undefined {
  if (contentType === null) return 'json';
  const { type, parameters } = safeParse(contentType);
  const isUtf8 = /^utf-?8$/i.test(parameters.charset ?? 'utf-8');
  return isUtf8 ? KINDS.get(type) : undefined;
}

/** Whether a body comes gzipped; undefined for any other `Content-Encoding`. */
export function isGzipped(contentEncoding: string | null): boolean | undefined {
  const coding = contentEncoding?.trim().toLowerCase() || 'identity';
  if (coding === 'identity') return false;
  return coding === 'gzip' || coding === 'x-gzip' ? true : undefined;
}
