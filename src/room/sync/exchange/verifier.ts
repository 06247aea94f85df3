import type { StampTree } from '../../../document/stamp-tree.ts';
import type { Connection } from '../../../platform.ts';
import { MESSAGE } from '../../../protocol/frame.ts';
import type { ContentHashes } from '../../../protocol/stamps.ts';
import { type OutgoingMessage, outgoingMessage } from '../frames/outgoing-message.ts';
import { isSame } from './pull.ts';

/** Milliseconds between two questions to a device while changes keep coming. */
const INTERVAL = 500;

/** Questions to a device that may follow each other without an interval after a pause. */
const BURST = 4;

/**
 * Differences in a row: the first is asked about again, the second and the third start an exchange.
 * After a further one the device waits for the heartbeat: no exchange helps a device whose clock is
 * ahead.
 */
const CONFIRMED = 2;
const MAX_ATTEMPTS = 2;

/** Exchanges that may follow each other because the last one revealed an edit. */
const MAX_EXCHANGES = 4;

/** A request for hashes. */
interface Question {
  id: string;
  /** The tree's hashes and version when the device was asked, after everything sent before. */
  hashes: ContentHashes;
  version: number;
  message: OutgoingMessage;
}

interface State {
  /** The question that waits for its response. */
  asked?: Question | undefined;
  /** Whether the device has sent anything else since then. */
  hasSpoken: boolean;
  /** Whether the device has to be asked again. */
  again: boolean;
  /** Whether the handler of a response waits for the interval to pass. */
  isResting: boolean;
  /** Whether the device had everything at a question since the last heartbeat. */
  wasSure: boolean;
  differences: number;
  /** Exchanges since the device last had everything. */
  exchanges: number;
  /** The theoretical arrival time of the next question (generic cell rate algorithm). */
  due: number;
}

const fresh = (): State => ({
  hasSpoken: false,
  again: false,
  isResting: false,
  wasSure: false,
  differences: 0,
  exchanges: 0,
  due: 0,
});

const SURE = { differences: 0, exchanges: 0, wasSure: true };

interface Actions {
  /** Flushes and returns whether the device may be asked now. */
  prepare(connection: Connection): boolean;
  send(connection: Connection, message: OutgoingMessage): void;
  /** Starts an exchange; the first attempt is number 1. */
  catchUp(connection: Connection, theirs: ContentHashes, attempt: number): void;
  settled(connection: Connection): void;
}

/**
 * Finds edits that a device has but did not send: TinyBase's clients drop an edit that is made
 * while they load. A request for hashes directly follows what the device was sent, so the response
 * is either equal to the hashes of that moment, or the device has something else. What it sent
 * itself arrives before its response. So changes that cross on the way are no difference.
 *
 * All of it is in memory. After an eviction, the heartbeat verifies the devices marked as unsure.
 */
export class Verifier {
  readonly #tree: StampTree;
  readonly #actions: Actions;
  readonly #states = new WeakMap<Connection, State>();
  /** Responses to the questions of an evicted room are ignored. */
  readonly #life = crypto.randomUUID().slice(0, 8);
  #count = 0;
  #last: Question | undefined;

  constructor(tree: StampTree, actions: Actions) {
    this.#tree = tree;
    this.#actions = actions;
  }

  /** Verifies a device that was just sent something: now, or after the question under way. */
  suspect(connection: Connection): void {
    const state = this.#stateOf(connection);
    if (state.differences >= CONFIRMED + MAX_ATTEMPTS) return;
    if (state.asked || state.isResting) state.again = true;
    else this.#ask(connection, state);
  }

  /** Verifies a device whose hashes were found to differ while more may have been on the way. */
  doubt(connection: Connection): void {
    this.#stateOf(connection).differences = 0;
    this.suspect(connection);
  }

  /** Notes that a device sent anything but a response to a question. */
  hear(connection: Connection): void {
    const state = this.#states.get(connection);
    if (state?.asked) state.hasSpoken = true;
  }

  /** Notes that an exchange revealed an edit of a device. There may be another one. */
  reveal(connection: Connection): void {
    const state = this.#stateOf(connection);
    if (state.exchanges < MAX_EXCHANGES) state.differences = 0;
  }

  /** Notes that a device has everything that the room has. */
  settle(connection: Connection): void {
    const state = this.#stateOf(connection);
    Object.assign(state, SURE, { asked: undefined, again: false });
    this.#actions.settled(connection);
  }

  /** Whether a device had everything since the last heartbeat, and a response shows again soon. */
  isAtWork(connection: Connection): boolean {
    const state = this.#states.get(connection);
    if (!state) return false;
    const isAtWork = state.wasSure && (state.asked !== undefined || state.isResting);
    state.wasSure = false;
    // A question without a response does not keep the device from being asked again.
    if (!isAtWork) state.asked = undefined;
    return isAtWork;
  }

  forget(connection: Connection): void {
    this.#states.delete(connection);
  }

  /** Whether this is the id of the question that waits for the device's response. */
  hasAsked(connection: Connection, id: string | null): boolean {
    return id !== null && this.#states.get(connection)?.asked?.id === id;
  }

  /**
   * Takes the response to that question. The returned promise resolves when the device may be asked
   * again, so no timer is pending after the event.
   */
  take(connection: Connection, theirs: ContentHashes): Promise<undefined> | undefined {
    const state = this.#stateOf(connection);
    const { hashes } = state.asked!;
    state.asked = undefined;
    if (isSame(theirs, this.#tree.hashes)) this.settle(connection);
    else if (isSame(theirs, hashes)) Object.assign(state, SURE);
    else if (state.hasSpoken) state.again = true;
    else if (++state.differences < CONFIRMED) state.again = true;
    else if (state.differences < CONFIRMED + MAX_ATTEMPTS)
      this.#exchange(connection, state, theirs);
    return this.#rest(connection, state);
  }

  #exchange(connection: Connection, state: State, theirs: ContentHashes): void {
    state.exchanges += 1;
    this.#actions.catchUp(connection, theirs, state.differences - CONFIRMED + 1);
  }

  #rest(connection: Connection, state: State): Promise<undefined> | undefined {
    const now = Date.now();
    // After the clock was set back, a device would otherwise wait that long.
    state.due = Math.min(state.due, now + (BURST + 1) * INTERVAL);
    const wait = state.due - BURST * INTERVAL - now;
    if (wait > 0) return this.#restFor(wait, connection, state);
    if (state.again) this.#ask(connection, state);
    return undefined;
  }

  async #restFor(wait: number, connection: Connection, state: State): Promise<undefined> {
    state.isResting = true;
    await new Promise((resolve) => setTimeout(resolve, wait));
    state.isResting = false;
    const isForgotten = this.#states.get(connection) !== state;
    if (state.again && !isForgotten) this.#ask(connection, state);
  }

  /** A device that cannot be asked now stays unsure until it is suspected again. */
  #ask(connection: Connection, state: State): void {
    state.again = false;
    // The flush may have asked already.
    if (!this.#actions.prepare(connection) || state.asked) return;
    state.asked = this.#question();
    state.hasSpoken = false;
    state.due = Math.max(state.due, Date.now()) + INTERVAL;
    this.#actions.send(connection, state.asked.message);
  }

  /** One question for all devices that are asked about the same content. */
  #question(): Question {
    const { version } = this.#tree;
    if (this.#last?.version === version) return this.#last;
    const { hashes } = this.#tree;
    const id = `check.${this.#life}.${this.#count++}`;
    const message = outgoingMessage(id, MESSAGE.getContentHashes, '""');
    this.#last = { id, hashes, version, message };
    return this.#last;
  }

  #stateOf(connection: Connection): State {
    const state = this.#states.get(connection) ?? fresh();
    this.#states.set(connection, state);
    return state;
  }
}
