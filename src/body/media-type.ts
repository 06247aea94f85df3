import { safeParse } from 'fast-content-type-parse';

/** The meaning of a JSON body: a value, or one of two kinds of patches. */
export type BodyKind = 'json' | 'json-patch' | 'merge-patch';

/**
 * The media types of JSON bodies. The last two are the defaults of `fetch` and `curl -d` for a
 * text.
 */
const KINDS: ReadonlyMap<string, BodyKind> = new Map([
  ['application/json', 'json'],
  ['application/json-patch+json', 'json-patch'],
  ['application/merge-patch+json', 'merge-patch'],
  ['text/plain', 'json'],
  ['application/x-www-form-urlencoded', 'json'],
]);

/** The kinds that only a PATCH of the store accepts. */
export const PATCH_TYPES = [...KINDS.keys()].slice(0, 3).join(', ');

/** Reads a `Content-Type`. A missing one means JSON. Undefined for other types and charsets. */
export function bodyKind(contentType: string | null): BodyKind | undefined {
  if (contentType === null) return 'json';
  const { type, parameters } = safeParse(contentType);
  const isUtf8 = /^utf-?8$/i.test(parameters.charset ?? 'utf-8');
  return isUtf8 ? KINDS.get(type) : undefined;
}

/** Whether a body is gzipped; undefined for other values of `Content-Encoding`. */
export function isGzipped(contentEncoding: string | null): boolean | undefined {
  const coding = contentEncoding?.trim().toLowerCase() || 'identity';
  if (coding === 'identity') return false;
  return coding === 'gzip' || coding === 'x-gzip' ? true : undefined;
}
