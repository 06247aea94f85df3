import type { Traffic } from './counting-socket.ts';

/** The content of a device: one table with rows of 4 cells. */
export interface Table {
  fill(rows: number): void;
  /** Sets one cell in each of `changes` rows out of `rows`, spread over the table, one by one. */
  edit(rows: number, changes: number, text: string): void;
  /** Resolves when the cells of `changes` rows have been set to `text`, here or by others. */
  untilEdited(changes: number, text: string): Promise<void>;
  /** Equal on devices that have the same content. */
  fingerprint(): string;
}

/** What connects a table with a room. */
export interface Link {
  /** Starts to connect, or to reconnect. */
  connect(): Promise<void>;
  /** Resolves when the socket is closed. */
  disconnect(): Promise<void>;
  /** Resolves when the server has everything that the table had before the call. */
  saved(): Promise<void>;
  /** Resolves when the server acknowledges the edits with which the device has come back. */
  acknowledged(): Promise<void>;
  /** Ends the connection and everything that belongs to it. */
  close(): Promise<void>;
}

export interface Device {
  table: Table;
  link: Link;
  /** What the sockets of the device have carried. */
  traffic: Traffic;
}

/** The number of the row in which edit `index` of `changes` sets a cell. */
export const editedRow = (index: number, rows: number, changes: number): number =>
  Math.floor((index * rows) / changes);
