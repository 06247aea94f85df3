import { isEmptyWithoutHeartbeat, stampsWithoutHeartbeat } from '../../document/heartbeat.ts';
import { timeOfHlc } from '../../document/hlc.ts';
import type { RoomStorage } from '../../platform.ts';
import { utf8Length } from '../../protocol/utf8.ts';
import type { Document } from '../content/document.ts';
import { plainJson } from '../http/plain-json.ts';

/** Version of the stored format. */
const FORMAT = 1;

const KEY = 'measured';

/** The size of a store and its newest edit. */
export interface Measured {
  bytes: number;
  cost: number;
  /** Milliseconds since the epoch; null for a store without edits. */
  changedAt: number | null;
}

interface StoredMeasured extends Measured {
  format: number;
  /** The cursor of the log at which it was measured. */
  cursor: string;
}

/**
 * Measures a store. The last result is stored, so that a walk over all stores reads the content of
 * those only that have changed since the walk before.
 */
export class StoreMeter {
  readonly #storage: RoomStorage;
  readonly #document: Document;

  constructor(storage: RoomStorage, document: Document) {
    this.#storage = storage;
    this.#document = document;
  }

  async measure(): Promise<Measured> {
    const stored = await this.#storage.get<StoredMeasured>(KEY);
    if (stored?.format === FORMAT && stored.cursor === this.#document.cursor()) return stored;
    await this.#document.load();
    const { tree } = this.#document;
    // The cursor and what is measured are of the same turn.
    const cursor = this.#document.cursor();
    let bytes = 0;
    for (const text of plainJson(tree, [])) bytes += utf8Length(text);
    let newest = '';
    for (const { hlc } of stampsWithoutHeartbeat(tree)) if (hlc > newest) newest = hlc;
    const changedAt = newest === '' ? null : timeOfHlc(newest);
    const measured = { bytes, cost: tree.bytes, changedAt };
    // An empty log may have another cursor after each start.
    if (!isEmptyWithoutHeartbeat(tree)) {
      await this.#storage.put<StoredMeasured>(KEY, { format: FORMAT, cursor, ...measured });
    }
    return measured;
  }
}
