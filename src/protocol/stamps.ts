/**
 * TinyBase 10's stamps on the wire. A stamp is `[content, hlc]`: a cell or value, or a container of
 * stamps by id, with its hybrid logical clock (HLC) of 16 characters. Default content has no HLC,
 * and containers normally have none. A change is `[tables, values, 1]`, both of them stamps.
 */

/** A cell or value on the wire. See {@link DELETED} and {@link JSON_MARK}. */
export type EncodedCell = string | number | boolean | null;

/** A deleted cell or value (TinyBase's `undefined`). */
export const DELETED = '\uFFFC';

/** The prefix of the JSON of an object or array. */
export const JSON_MARK = '\uFFFD';

/** The JSON of anything with stamps that TinyBase has returned. */
export const stringifyStamps = (value: unknown): string =>
  JSON.stringify(value, (_, content) => (content === undefined ? DELETED : content));

export type ById<Content> = { [id: string]: Content };

/** An object without ids. Any id can be added, also `__proto__`. */
export const noIds = <Content>(): ById<Content> => Object.create(null) as ById<Content>;

/** Unsigned 32-bit hashes of the tables and of the values. */
export type ContentHashes = [tables: number, values: number];
