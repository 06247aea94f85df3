import type { CellStamp } from '../../document/cell-stamp.ts';
import { isHeartbeat } from '../../document/heartbeat.ts';
import { clockAllowance } from '../../document/hlc.ts';
import { pathOf, validate } from '../../document/validate.ts';
import type { Config, Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import { MESSAGE } from '../../protocol/frame.ts';
import { NOTICE_ID, type StampPath, writeNotice } from '../../protocol/notice.ts';
import type { Document } from '../document.ts';
import { outgoingMessage } from './frames/outgoing-message.ts';
import { CHANGES, type SendWindow } from './frames/send-window.ts';

/** Most stamps that one notice names. */
const MAX_NOTICED = 1000;

/** Merges the changes of devices into the document, as far as the limits allow. */
export class IncomingChanges {
  readonly #document: Document;
  readonly #config: Config;
  readonly #window: SendWindow;

  constructor(document: Document, config: Config, window: SendWindow) {
    this.#document = document;
    this.#config = config;
    this.#window = window;
  }

  /**
   * Merges stamps; `undefined` stands for a malformed change. `text` is the change that they came
   * in. Returns the reason to close the device, if any.
   */
  take(
    connection: Connection,
    edits: CellStamp[] | undefined,
    text?: string,
  ): CloseName | undefined {
    if (!edits) return 'invalidFrame';
    if (!this.#document.isLoaded) return this.#storeUnread(connection, edits);
    const now = Date.now();
    const { accepted, settled, ahead, heartbeat, full } = validate(
      edits,
      this.#document.tree,
      this.#config,
      now,
    );
    this.#document.merge(accepted, connection, accepted.length === edits.length ? text : undefined);
    if (settled.length > 0) this.#document.merge(settled);
    if (heartbeat !== undefined) this.#document.beat(now, heartbeat);
    if (ahead.length > 0) this.#warn(connection, ahead, now);
    return full ? 'storeFull' : undefined;
  }

  /** The gate has let the change pass, so it needs no check. */
  #storeUnread(connection: Connection, edits: CellStamp[]): undefined {
    const heartbeat = edits.find(isHeartbeat);
    const others = edits.filter((edit) => edit !== heartbeat);
    this.#document.storeUnread(others, connection);
    if (heartbeat) this.#document.beat(Date.now(), heartbeat.hlc);
  }

  #warn(connection: Connection, ahead: CellStamp[], now: number): void {
    // The device will send them again, and gets the notice then.
    if (this.#window.isFull(connection, CHANGES)) {
      this.#window.hold(connection);
      return;
    }
    const notice = {
      server_time: new Date(now).toISOString(),
      limit_seconds: clockAllowance(this.#config.MAX_CLOCK_AHEAD_SECONDS),
      refused: ahead.slice(0, MAX_NOTICED).map(pathOf) satisfies StampPath[],
    };
    const body = writeNotice('clock_ahead', notice);
    this.#window.send(connection, outgoingMessage(NOTICE_ID, MESSAGE.response, body));
  }
}
