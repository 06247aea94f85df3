import type { StampTree } from '../../document/stamp-tree.ts';
import type { Connection } from '../../platform.ts';
import type { Envelope } from '../../protocol/frame.ts';
import type { Request } from './pull.ts';
import { pullBeforeAnswering } from './pull-before-answering.ts';

/** A device's request that waits for what it revealed. */
export interface HeldRequest {
  envelope: Envelope;
  /** What was asked for first. */
  first: Request;
  /** When, in milliseconds since the epoch. */
  since: number;
}

/** Requests that one device may have waiting; a TinyBase client has one, or two. */
const MAX_HELD = 8;

/**
 * The requests whose answers wait. Only memory keeps them: a device whose answer is forgotten with
 * an eviction has given up on it long before.
 */
export class HeldRequests {
  readonly #held = new WeakMap<Connection, Map<string, HeldRequest>>();
  #asked = 0;

  /** Holds a request that reveals something, and gives what to ask for first. */
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

  /** The request that waited for the response of this id. */
  release(connection: Connection, requestId: string | null): HeldRequest | undefined {
    const held = this.#held.get(connection);
    const request = held?.get(requestId ?? '');
    if (request) held?.delete(request.first.requestId);
    return request;
  }
}
