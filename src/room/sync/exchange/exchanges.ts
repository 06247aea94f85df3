import type { StampTree } from '../../../document/stamp-tree.ts';
import type { Connection } from '../../../platform.ts';
import { type Envelope, MESSAGE } from '../../../protocol/frame.ts';
import type { ContentHashes } from '../../../protocol/stamps.ts';
import { isHashTree } from './diffs.ts';
import { GREETING, GREETING_AGAIN, isSame, offerOf, pullFor, type Request } from './pull.ts';
import { type RowIds, requestOf, rowsThatDiffer } from './revealed-rows.ts';

interface Actions {
  ask(connection: Connection, requests: Request[]): void;
  /** Sends the device the room's content of these rows. */
  send(connection: Connection, rows: RowIds): void;
  /** Notes that a device that was greeted synchronizes already. */
  joined(connection: Connection): void;
}

/**
 * Decides how the room and a device compare their content, so that the hashes of a table's rows
 * cross once and in one direction. There are three ways:
 *
 * - The device asks. Its requests reveal what the room lacks (pull-before-answering.ts), so the room
 *   makes none of its own. `offer` makes a device ask.
 * - The room pulls. That shows what the device has and did not send, but not what it lacks.
 * - The room uses the rows that differed at the device's last request, if the device gave up on the
 *   response: TinyBase's clients wait for a second, and a megabyte of hashes may take longer.
 *
 * All of it is in memory. After an eviction, the next heartbeat compares again.
 */
export class Exchanges {
  readonly #tree: StampTree;
  readonly #actions: Actions;
  /** Devices that have made a request since they connected, or since the room's last offer. */
  readonly #asking = new WeakSet<Connection>();
  readonly #disturbed = new WeakSet<Connection>();
  readonly #revealed = new WeakMap<Connection, RowIds>();

  constructor(tree: StampTree, actions: Actions) {
    this.#tree = tree;
    this.#actions = actions;
  }

  /** Notes a request of a device, and what it tells about its rows. */
  hear(connection: Connection, { message, body }: Envelope): void {
    this.#asking.add(connection);
    if (message !== MESSAGE.getRowDiff || !isHashTree(body, 2)) return;
    const rows = rowsThatDiffer(this.#tree, body);
    if (rows) this.#revealed.set(connection, rows);
    else this.#revealed.delete(connection);
  }

  /**
   * Notes that a device was sent a change before it has finished its first exchange. A client that
   * takes in a change at the end of the exchange does not send its hashes.
   */
  disturb(connection: Connection): void {
    this.#disturbed.add(connection);
  }

  /** Whether that is so and the device synchronizes. */
  isDisturbed(connection: Connection): boolean {
    return this.#disturbed.has(connection) && this.#asking.has(connection);
  }

  /** Notes that a device has everything that the room has, and nothing else. */
  settle(connection: Connection): void {
    this.#revealed.delete(connection);
  }

  /**
   * Makes a new device with other hashes ask for what it lacks, unless it does so by itself: a
   * client that begins to synchronize does, one that has only reconnected does not. A client begins
   * with its own request before it responds to another one, so the room asks twice.
   */
  greeted(connection: Connection, theirs: ContentHashes, requestId: string | null): void {
    if (isSame(theirs, this.#tree.hashes) || this.#asking.has(connection)) return;
    if (requestId === GREETING.requestId) this.#actions.ask(connection, [GREETING_AGAIN]);
    else {
      this.#actions.joined(connection);
      this.#offer(connection);
    }
  }

  /**
   * Compares with a device that has been found to differ while nothing was on the way. The first
   * attempt pulls; a second one is for a device that lacks something.
   */
  begin(connection: Connection, theirs: ContentHashes, attempt: number): void {
    const rows = this.#revealed.get(connection);
    this.#revealed.delete(connection);
    if (rows) {
      this.#actions.send(connection, rows);
      const values = pullFor(this.#tree, [this.#tree.tables.hash, theirs[1]]);
      this.#actions.ask(connection, [...requestOf(this.#tree, rows), ...values]);
    } else if (attempt > 1) this.#offer(connection);
    else this.#actions.ask(connection, pullFor(this.#tree, theirs));
  }

  /** Pulls from a device that ignored the offer: it saves but does not load. */
  offered(connection: Connection, theirs: ContentHashes): void {
    if (!this.#asking.has(connection)) this.#actions.ask(connection, pullFor(this.#tree, theirs));
  }

  #offer(connection: Connection): void {
    this.#asking.delete(connection);
    this.#actions.ask(connection, offerOf(this.#tree));
  }
}
