import type { Config, Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import type { Envelope } from '../../protocol/frame.ts';
import type { Document } from '../content/document.ts';
import { type Devices, deviceOf } from '../devices.ts';
import type { RefusalOf } from '../refusals/refusal.ts';
import type { Handled } from './exchange/responder.ts';
import { editsWithoutContent } from './unread-changes.ts';

/**
 * Lets messages pass that need no content while the room has not read it: the changes in them are
 * stored unread. Any other message makes the room read its content. It waits for that, and all later
 * messages wait with it.
 */
export class ContentGate {
  readonly #document: Document;
  readonly #devices: Devices;
  readonly #config: Config;
  readonly #refusalOf: RefusalOf;
  #waiting = 0;

  constructor(document: Document, devices: Devices, config: Config, refusalOf: RefusalOf) {
    this.#document = document;
    this.#refusalOf = refusalOf;
    this.#devices = devices;
    this.#config = config;
  }

  /**
   * Calls `handle` now or later, unless the connection is closed meanwhile. A device that `hasLost`
   * something learns that only from the hashes of the content.
   */
  pass(
    connection: Connection,
    envelope: Envelope,
    hasLost: boolean,
    handle: () => Handled,
  ): Handled {
    if (this.#document.isLoaded) return handle();
    const isFirst = this.#waiting === 0;
    const mayPass = isFirst && !hasLost && this.#needsNoContent(connection, envelope);
    return mayPass ? handle() : this.#wait(connection, handle);
  }

  #needsNoContent(connection: Connection, envelope: Envelope): boolean {
    // A device that has not read may have missed changes. Persisters get changes of known content.
    const device = deviceOf(connection);
    if (!device || device.question || this.#devices.hasAny('partykit')) return false;
    const { corrections, unreadBytes } = this.#document;
    const edits = editsWithoutContent(envelope, unreadBytes, this.#config, Date.now());
    if (!edits || edits.length === 0) return edits !== undefined;
    // Refusing a change, and an edit of a corrected cell, takes the content of the cells.
    if (this.#refusalOf(device)) return false;
    const remembered = corrections.ifAny;
    return !remembered || !edits.some((edit) => remembered.has(edit));
  }

  async #wait(connection: Connection, handle: () => Handled): Promise<CloseName | undefined> {
    this.#waiting += 1;
    try {
      await this.#document.load();
    } finally {
      this.#waiting -= 1;
    }
    return deviceOf(connection) ? handle() : undefined;
  }
}
