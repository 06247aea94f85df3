/**
 * The shapes that TinyBase 10 synchronizes, as they travel: every cell and value in a stamp
 * with a hybrid logical clock (HLC), grouped by row and table.
 */

/** A cell or value on the wire; see {@link DELETED} and {@link JSON_MARK}. */
export type EncodedCell = string | number | boolean | null;

/** Stands for a cell or value that was deleted (TinyBase's `undefined`). */
export const DELETED = '\uFFFC';

/** Precedes the JSON of a cell or value that is an object or an array. */
export const JSON_MARK = '\uFFFD';

/** `hlc` is 16 characters, or missing for default content. Containers normally have none. */
export type Stamp<Content> = [content: Content, hlc?: string];

export type ById<Content> = { [id: string]: Content };
export type RowStamp = Stamp<ById<Stamp<EncodedCell>>>;
export type TableStamp = Stamp<ById<RowStamp>>;
export type TablesStamp = Stamp<ById<TableStamp>>;
export type ValuesStamp = RowStamp;
export type Changes = [tables: TablesStamp, values: ValuesStamp, marker: 1];

/** Unsigned 32-bit hashes of the tables and of the values. */
export type ContentHashes = [tables: number, values: number];
