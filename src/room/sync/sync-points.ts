import type { CellStamp, SizedStamp } from '../../document/cell-stamp.ts';
import { decodeChange } from '../../document/codec/stamp-decoder.ts';
import { heartbeatOf, isHeartbeat } from '../../document/heartbeat.ts';
import type { Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import { type Envelope, MESSAGE } from '../../protocol/frame.ts';
import { NOTICE_ID, writeNotice } from '../../protocol/notice.ts';
import {
  readSyncPointRequest,
  START,
  type SyncPoint,
  writeSyncPoint,
} from '../../protocol/sync-point.ts';
import type { Document } from '../content/document.ts';
import { writeChanges } from '../content/publication.ts';
import { deviceOf } from '../devices.ts';
import type { Handled } from './exchange/responder.ts';
import { outgoingMessage } from './frames/outgoing-message.ts';
import { ANSWERS, CHANGES, type SendWindow } from './frames/send-window.ts';
import type { IncomingChanges } from './incoming-changes.ts';

/**
 * Bytes of a store that a new device gets through the socket. Beyond that, a compressed copy over
 * HTTP takes less time, although it needs further round trips.
 */
const MAX_COPY_BYTES = 100_000;

/** Tells devices how far they have come, and sends those that come back what they lack. */
export class SyncPoints {
  readonly #document: Document;
  readonly #window: SendWindow;
  readonly #changes: IncomingChanges;

  constructor(document: Document, window: SendWindow, changes: IncomingChanges) {
    this.#document = document;
    this.#window = window;
    this.#changes = changes;
  }

  answer(connection: Connection, { requestId, body }: Envelope): Handled {
    const request = readSyncPointRequest(body);
    if (!request || requestId === null) return 'invalidFrame';
    const { cursor, changes } = request;
    const edits = changes === undefined ? [] : decodeChange(changes)?.edits;
    const refusal = this.#changes.take(connection, edits);
    // A full store closes the socket after the device has got its response.
    if (!edits || (refusal && refusal !== 'storeFull')) return refusal;
    if (cursor === undefined)
      return this.#respond(connection, requestId, refusal, { isComplete: true });
    return this.#resume(connection, requestId, cursor, edits, refusal);
  }

  /** Tells a device its cursor. Call it when the device has just been found to have everything. */
  tell(connection: Connection): void {
    if (this.#window.isFull(connection, CHANGES)) return;
    const notice = writeNotice('cursor', this.#document.cursor());
    this.#window.send(connection, outgoingMessage(NOTICE_ID, MESSAGE.response, notice));
  }

  /** Sends what the device lacks, without its own changes. */
  async #resume(
    connection: Connection,
    requestId: string,
    cursor: string,
    own: CellStamp[],
    refusal: CloseName | undefined,
  ): Promise<CloseName | undefined> {
    const isStart = cursor === START;
    if (isStart && this.#document.copyBytes > MAX_COPY_BYTES) {
      return this.#respond(connection, requestId, refusal, {
        isComplete: false,
        copyBytes: this.#document.copyBytes,
      });
    }
    const changed = await (isStart ? this.#all() : this.#document.changedSince(cursor));
    if (!deviceOf(connection)) return undefined;
    const isComplete = changed !== undefined && !this.#window.isFull(connection, ANSWERS);
    if (isComplete) {
      const known = new Set(own.map(keyOf));
      const lacking = changed.filter((stamp) => !known.has(keyOf(stamp)) && !isHeartbeat(stamp));
      const heartbeat = heartbeatOf(this.#document.tree);
      if (heartbeat) lacking.push(heartbeat);
      for (const change of writeChanges(lacking)) {
        this.#window.send(connection, outgoingMessage(null, MESSAGE.contentDiff, change));
      }
    }
    return this.#respond(connection, requestId, refusal, { isComplete });
  }

  async #all(): Promise<SizedStamp[]> {
    await this.#document.load();
    return [...this.#document.tree.all()];
  }

  #respond(
    connection: Connection,
    requestId: string,
    refusal: CloseName | undefined,
    progress: Pick<SyncPoint, 'isComplete' | 'copyBytes'>,
  ): CloseName | undefined {
    // It flushes: nobody may see a change that is not stored.
    const cursor = this.#document.cursor();
    const hashes = this.#document.isLoaded ? this.#document.tree.hashes : undefined;
    const body = writeSyncPoint({ hashes, cursor, ...progress });
    this.#window.send(connection, outgoingMessage(requestId, MESSAGE.response, body));
    return refusal;
  }
}

const keyOf = ({ table, row, id, hlc }: CellStamp): string => JSON.stringify([table, row, id, hlc]);
