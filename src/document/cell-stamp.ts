import type { EncodedCell } from '../protocol/stamps.ts';

/** Where a cell or value is. `table` is null for a value, which then has no `row`. */
export interface CellAddress {
  table: string | null;
  row: string;
  id: string;
}

/** A change that has no date yet. `cell` is in wire form (cell-codec.ts); DELETED deletes. */
export interface CellWrite extends CellAddress {
  cell: EncodedCell;
}

/** One stamp and where it belongs. */
export interface CellStamp extends CellWrite {
  /** Empty for default content. */
  hlc: string;
  /** HLCs of the containers around it, outermost first; only older TinyBase versions send any. */
  containers?: readonly string[] | undefined;
}

/** A stamp that a tree holds, with about how many bytes it takes on the wire. */
export interface SizedStamp extends CellStamp {
  bytes: number;
}
