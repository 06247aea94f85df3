import type { CellStamp } from '../../document/cell-stamp.ts';
import { isHeartbeat } from '../../document/heartbeat.ts';
import { clockAllowance } from '../../document/hlc.ts';
import { refuse } from '../../document/refuse.ts';
import { validate } from '../../document/validate.ts';
import type { Config, Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import { MESSAGE } from '../../protocol/frame.ts';
import { NOTICE_ID, type RefusalReason, writeNotice } from '../../protocol/notice.ts';
import type { Document } from '../content/document.ts';
import { type Device, deviceOf } from '../devices.ts';
import type { RefusalOf } from '../refusals/refusal.ts';
import { refusedPaths } from '../refusals/refused-paths.ts';
import { outgoingMessage } from './frames/outgoing-message.ts';
import { CHANGES, type SendWindow } from './frames/send-window.ts';

/** Merges the changes of devices into the document, as far as roles and limits allow. */
export class IncomingChanges {
  readonly #document: Document;
  readonly #config: Config;
  readonly #window: SendWindow;
  readonly #refusalOf: RefusalOf;

  constructor(document: Document, config: Config, window: SendWindow, refusalOf: RefusalOf) {
    this.#document = document;
    this.#config = config;
    this.#window = window;
    this.#refusalOf = refusalOf;
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
    const device = deviceOf(connection);
    if (!device || edits.length === 0) return undefined;
    const reason = this.#refusalOf(device);
    if (reason) return this.#refuse(connection, device, edits, reason);
    return this.#merge(connection, edits, text);
  }

  #merge(connection: Connection, edits: CellStamp[], text?: string): CloseName | undefined {
    if (!this.#document.isLoaded) return this.#storeUnread(connection, edits);
    const now = Date.now();
    const { accepted, settled, restamped, ahead, heartbeat, full } = validate(
      edits,
      this.#document.tree,
      this.#config,
      now,
      this.#document.corrections.ifAny,
    );
    this.#document.merge(accepted, connection, accepted.length === edits.length ? text : undefined);
    if (settled.length > 0) this.#document.merge(settled);
    if (restamped.length > 0) this.#document.correct(restamped);
    if (heartbeat !== undefined) this.#document.beat(now, heartbeat);
    if (ahead.length > 0) this.#warn(connection, ahead, now);
    return full ? 'storeFull' : undefined;
  }

  /**
   * Answers the changes of a device that may not write with the room's content, which reaches all
   * devices, and tells the device. The gate has made sure that the content is read.
   */
  #refuse(
    connection: Connection,
    device: Device,
    edits: CellStamp[],
    reason: RefusalReason,
  ): CloseName | undefined {
    const now = Date.now();
    const { corrections, tree } = this.#document;
    const allowance = corrections.allowanceOf(device);
    const refusal = refuse(edits, tree, this.#config, now, allowance);
    corrections.spend(device, refusal.spent);
    this.#document.correct(refusal.corrections);
    this.#document.merge(refusal.dated);
    if (refusal.heartbeat !== undefined) this.#document.beat(now, refusal.heartbeat);
    if (refusal.ahead.length > 0) this.#warn(connection, refusal.ahead, now);
    if (refusal.refused.length > 0) {
      const body = writeNotice('refused', { reason, refused: refusedPaths(refusal.refused) });
      this.#notify(connection, body);
    }
    return refusal.isOver ? 'readOnly' : undefined;
  }

  /** The gate has let the change pass, so it needs no check. */
  #storeUnread(connection: Connection, edits: CellStamp[]): undefined {
    const heartbeat = edits.find(isHeartbeat);
    const others = edits.filter((edit) => edit !== heartbeat);
    this.#document.storeUnread(others, connection);
    if (heartbeat) this.#document.beat(Date.now(), heartbeat.hlc);
  }

  #warn(connection: Connection, ahead: CellStamp[], now: number): void {
    const notice = {
      server_time: new Date(now).toISOString(),
      limit_seconds: clockAllowance(this.#config.MAX_CLOCK_AHEAD_SECONDS),
      refused: refusedPaths(ahead),
    };
    this.#notify(connection, writeNotice('clock_ahead', notice));
  }

  #notify(connection: Connection, body: string): void {
    // The device will send what is ahead again, and gets the notice then.
    if (this.#window.isFull(connection, CHANGES)) {
      this.#window.hold(connection);
      return;
    }
    this.#window.send(connection, outgoingMessage(NOTICE_ID, MESSAGE.response, body));
  }
}
