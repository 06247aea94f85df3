import type { SizedStamp } from '../document/cell-stamp.ts';
import { chunk, encodeChunks } from '../document/codec/change-encoder.ts';

/** Largest size of a change in bytes, so that only a single large stamp needs fragments. */
export const CHANGE_BYTES = 900_000;

/** The author of a change: a connection, or any other object with an identity. */
export type Writer = object;

/** A merged stamp and its author. */
export interface WrittenStamp extends SizedStamp {
  writer: Writer | undefined;
}

/** What the document publishes at a flush or a beat. */
export interface Publication {
  written: WrittenStamp[];
  /** The same stamps, encoded. */
  changes: string[];
  /** Whether they are a heartbeat and nothing else. */
  isHeartbeat: boolean;
}

/** Encodes stamps as changes of about CHANGE_BYTES each. */
export const writeChanges = (stamps: Iterable<SizedStamp>): string[] => [
  ...encodeChunks(chunk(stamps, CHANGE_BYTES)),
];
