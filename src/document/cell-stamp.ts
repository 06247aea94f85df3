import type { EncodedCell } from '../protocol/stamps.ts';

/** The address of a cell or value. For a value `table` is null and `row` is empty. */
export interface CellAddress {
  table: string | null;
  row: string;
  id: string;
}

/** A change without a timestamp. `cell` is in wire form (cell-codec.ts); DELETED deletes. */
export interface CellWrite extends CellAddress {
  cell: EncodedCell;
}

/** A change with its timestamp, a hybrid logical clock (HLC). */
export interface CellStamp extends CellWrite {
  /** Empty for default content. */
  hlc: string;
  /**
   * HLCs of the containers around the cell, outermost first. Only older TinyBase versions send
   * them.
   */
  containers?: readonly string[] | undefined;
}

/** Content under an HLC that is later than the content is, so that every device takes it in. */
export interface Correction extends CellStamp {
  /** The HLC that the content counts as: a later edit wins. Null if there was no content. */
  before: string | null;
}

/** A stamp in a tree, with its approximate size on the wire in bytes. */
export interface SizedStamp extends CellStamp {
  bytes: number;
}
