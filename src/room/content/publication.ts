import type { SizedStamp } from '../../document/cell-stamp.ts';
import { chunk, encodeChunks } from '../../document/codec/change-encoder.ts';
import type { Connection } from '../../platform.ts';
import type { Author } from '../refusals/refusal.ts';

/** Largest size of a change in bytes, so that only a single large stamp needs fragments. */
export const CHANGE_BYTES = 900_000;

/** Who has written a change: a connection, or the author of a request. */
export type Writer = Connection | Author;

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
