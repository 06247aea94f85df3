/** Bytes of a record of a snapshot. Each fits in one value of room storage. */
export const SNAPSHOT_TEXT_BYTES = 50_000;

/** The content that the records of the log amount to. */
export interface Content {
  /** The approximate size of a snapshot's records in bytes. */
  readonly bytes: number;
  /** Records that amount to the whole content. The content may change while they are read. */
  snapshot(): Iterable<string>;
  /** Called in the turn in which a snapshot becomes valid, before that is stored. */
  willBeCovered(): void;
}
