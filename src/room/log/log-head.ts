import { NewerFormatError } from '../newer-format-error.ts';
import { newLogId } from './log-cursor.ts';
import { NO_RECORD } from './log-parts.ts';

/** Format 4 has times and authors of records, and moments of the history beside the log. */
export const LOG_FORMAT = 4;

/** Formats 1 and 2 were never released. They had no id and no kept records. */
const FIRST_FORMAT = 3;

/** The state of a log that makes everything else in it valid. */
export interface Head {
  format: number;
  /** The id of the log in its cursors. */
  id: string;
  /** The position after the records that the snapshot covers. */
  first: number;
  /** The hash of the last of them (see log-cursor.ts). */
  hash: string;
  /** Records at this position and later ones are still there. */
  kept: number;
  /** Bytes of the snapshot in storage, and `Content.bytes` of all that it may hold. */
  snapshotBytes: number;
  contentBytes: number;
  /** `Content.bytes` later on, roughly, for a room that has not read its content. */
  recentBytes: number;
}

export const newHead = (): Head => ({
  format: LOG_FORMAT,
  id: newLogId(),
  first: 0,
  hash: NO_RECORD,
  kept: 0,
  snapshotBytes: 0,
  contentBytes: 0,
  recentBytes: 0,
});

/** Throws {@link NewerFormatError}. */
export function checkFormat({ format }: Head): void {
  if (format > LOG_FORMAT) {
    throw new NewerFormatError(`stored format ${format} is newer than ${LOG_FORMAT}`);
  }
  if (format < FIRST_FORMAT) throw new Error(`stored format ${format} was never released`);
}
