import type { Config, Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import type { Envelope } from '../../protocol/frame.ts';
import { type Devices, deviceOf } from '../devices.ts';
import type { Document } from '../document.ts';
import type { Handled } from './exchange/responder.ts';
import { needsNoContent } from './unread-changes.ts';

/**
 * Lets messages pass that need no content while the room has not read it: the changes in them are
 * stored unread. Any other message makes the room read its content. It waits for that, and all later
 * messages wait with it.
 */
export class ContentGate {
  readonly #document: Document;
  readonly #devices: Devices;
  readonly #config: Config;
  #waiting = 0;

  constructor(document: Document, devices: Devices, config: Config) {
    this.#document = document;
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
    if (deviceOf(connection)?.question || this.#devices.hasAny('partykit')) return false;
    return needsNoContent(envelope, this.#document.unreadBytes, this.#config, Date.now());
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
