import type { StampTree } from '../../../document/stamp-tree.ts';
import type { Connection } from '../../../platform.ts';
import type { Envelope } from '../../../protocol/frame.ts';
import type { Request } from './pull.ts';
import { pullBeforeAnswering } from './pull-before-answering.ts';

/** A request that is answered after the room has pulled from the device. */
export interface HeldRequest {
  envelope: Envelope;
  /** The request of the room that goes first. */
  first: Request;
  /** When the room asked, in milliseconds since the epoch. */
  since: number;
}

/** Requests of one device that may be held. A TinyBase client has one or two. */
const MAX_HELD = 8;

/**
 * Requests that are answered later. They are in memory only: by the time of an eviction the device
 * has given up on them.
 */
export class HeldRequests {
  readonly #held = new WeakMap<Connection, Map<string, HeldRequest>>();
  #asked = 0;

  /** Holds a request if the room has to pull first. Returns the room's request. */
  hold(
    connection: Connection,
    tree: StampTree,
    envelope: Envelope,
    since: number,
  ): Request | undefined {
    const held = this.#held.get(connection) ?? new Map<string, HeldRequest>();
    const revealed =
      held.size < MAX_HELD && pullBeforeAnswering(tree, envelope.message, envelope.body);
    if (!revealed) return undefined;
    const first = { ...revealed, requestId: `first.${this.#asked++}` };
    this.#held.set(connection, held.set(first.requestId, { envelope, first, since }));
    return first;
  }

  /** Releases the request that waited for the response with this id. */
  release(connection: Connection, requestId: string | null): HeldRequest | undefined {
    const held = this.#held.get(connection);
    const request = held?.get(requestId ?? '');
    if (request) held?.delete(request.first.requestId);
    return request;
  }
}
