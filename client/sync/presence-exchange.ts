import { getUniqueId } from 'tinybase/common';
import {
  PRESENCE_INTERVAL_MS,
  PRESENCE_REPEAT_MS,
  type PresenceUpdate,
  readPresenceUpdates,
  writePresence,
} from '../../src/protocol/presence.ts';
import { NOBODY, type PresenceContext, type PresentDevice } from '../connection/presence.ts';
import type { StoreSync } from './store-sync.ts';

/** More devices than a server admits to a store by default. Those that come later are not shown. */
const MAX_OTHERS = 1_000;

/** Sends this device's presence while it is connected, and keeps that of the others. */
export class PresenceExchange {
  readonly #context: PresenceContext;
  readonly #stopListening: () => void;
  /** Others know this device by it, also after a reconnection. */
  readonly #device = getUniqueId(12);
  /** Undefined while the connection is lost. */
  #sync: StoreSync | undefined;
  /** What was sent last, and when, by `performance.now()`; undefined for a new connection. */
  #sent: { json: string | undefined; at: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #others = new Map<string, PresentDevice>();

  constructor(context: PresenceContext) {
    this.#context = context;
    this.#stopListening = context.own.subscribe(() => this.#sendSoon());
  }

  /** Sends through a new connection; undefined when it is lost. */
  use(sync: StoreSync | undefined): void {
    if (sync === this.#sync) return;
    this.#sync = sync;
    this.#sent = undefined;
    clearTimeout(this.#timer);
    this.#others.clear();
    this.#show();
    this.#sendSoon();
  }

  /** Reads the updates of a notice. */
  receive(notice: unknown): void {
    const changed = readPresenceUpdates(notice).filter((update) => this.#take(update));
    if (this.#sync && changed.length > 0) this.#show();
  }

  /**
   * Repeats the presence if that is due soon. Call it for each heartbeat: browsers delay timers of
   * hidden pages, but no frames.
   */
  keepAlive(): void {
    if (this.#sent && performance.now() - this.#sent.at > PRESENCE_REPEAT_MS / 2) this.#send();
  }

  stop(): void {
    this.use(undefined);
    this.#stopListening();
  }

  /** Sends the latest presence, at once or 50 ms after the last one. */
  #sendSoon(): void {
    const own = this.#context.own.value;
    if (!this.#sync || !own) return;
    const { json, at } = this.#sent ?? { at: Number.NEGATIVE_INFINITY };
    const wait = at + PRESENCE_INTERVAL_MS - performance.now();
    if (wait > 0) this.#plan(wait, () => this.#sendSoon());
    else if (this.#sent && json === own.json) this.#planRepeat(at);
    else this.#send();
  }

  #send(): void {
    const json = this.#context.own.value?.json;
    this.#sync?.sendPresence(writePresence({ json, device: this.#device }));
    const at = performance.now();
    this.#sent = { json, at };
    this.#planRepeat(at);
  }

  #planRepeat(sentAt: number): void {
    this.#plan(sentAt + PRESENCE_REPEAT_MS - performance.now(), () => this.#send());
  }

  #plan(milliseconds: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, milliseconds);
  }

  /** Returns whether the update changes what is shown. */
  #take(update: PresenceUpdate): boolean {
    const { device } = update;
    if ('gone' in update) return this.#others.delete(device);
    const known = this.#others.get(device);
    const shown: PresentDevice = update;
    if (known ? isSame(known, shown) : this.#others.size >= MAX_OTHERS) return false;
    this.#others.set(device, shown);
    return true;
  }

  #show(): void {
    const { others } = this.#context;
    others.set(this.#others.size > 0 ? [...this.#others.values()] : NOBODY);
  }
}

const isSame = (one: PresentDevice, other: PresentDevice): boolean =>
  JSON.stringify([one.member, one.data]) === JSON.stringify([other.member, other.data]);
