import type { RoomStorage } from '../../platform.ts';
import {
  type Delivery,
  deliveryKey,
  FAILED_PREFIX,
  PENDING_PREFIX,
  readDelivery,
  readDeliveryKey,
} from './delivery.ts';
import { DeliveryQueue, type Queued } from './delivery-queue.ts';
import { Target } from './dispatcher.ts';
import { HOOK_PREFIX, readHook, type StoredHook } from './stored-hook.ts';

/** Deliveries that are read at once. Each has up to 120 kB. */
const PAGE = 16;

/** Storage deletes at most this many keys a call. */
const KEYS = 128;

/** Failed deliveries that are kept for each hook. */
const MAX_FAILED = 100;

/** The hooks of a namespace and their deliveries in room storage. */
export class HookStorage {
  readonly #storage: RoomStorage;
  #lastNumber = 0;

  constructor(storage: RoomStorage) {
    this.#storage = storage;
  }

  /** Reads the hooks with their pending deliveries. Takes one call if there are no hooks. */
  async load(): Promise<Map<string, Target>> {
    const hooks = await this.#storage.list<StoredHook>({ prefix: HOOK_PREFIX });
    const stored = [...hooks.values()].map(readHook);
    const targets = new Map(stored.map((hook) => [hook.id, new Target(hook, new DeliveryQueue())]));
    if (targets.size === 0) return targets;
    for await (const [key, delivery] of this.#read(PENDING_PREFIX)) {
      const { hook, number } = readDeliveryKey(key);
      targets.get(hook)?.queue.add(key, delivery);
      this.#lastNumber = Math.max(this.#lastNumber, number);
    }
    for await (const [key] of this.#read(FAILED_PREFIX)) {
      this.#lastNumber = Math.max(this.#lastNumber, readDeliveryKey(key).number);
    }
    return targets;
  }

  /** A key that sorts after all others of the hook. */
  newKey(hook: string): string {
    this.#lastNumber += 1;
    return deliveryKey(PENDING_PREFIX, hook, this.#lastNumber);
  }

  putHook(hook: StoredHook): Promise<void> {
    return this.#storage.put(HOOK_PREFIX + hook.id, hook);
  }

  /** Stores pending deliveries in one call, of each hook one. */
  async put(...pending: Queued[]): Promise<void> {
    if (pending.length === 0) return;
    await this.#storage.put(
      Object.fromEntries(pending.map(({ key, delivery }) => [key, delivery])),
    );
  }

  async remove({ key }: Queued): Promise<void> {
    await this.#storage.delete(key);
  }

  /** Moves a pending delivery to the failed ones, of which the oldest are dropped. */
  async fail({ key, delivery }: Queued): Promise<void> {
    const { hook, number } = readDeliveryKey(key);
    await Promise.all([
      this.#storage.delete(key),
      this.#storage.put(deliveryKey(FAILED_PREFIX, hook, number), delivery),
    ]);
    const keys: string[] = [];
    for await (const [failed] of this.failed(hook)) keys.push(failed);
    await this.#delete(keys.slice(0, Math.max(0, keys.length - MAX_FAILED)));
  }

  /** The failed deliveries of a hook with their keys, oldest first. */
  failed(hook: string): AsyncGenerator<[string, Delivery]> {
    return this.#read(`${FAILED_PREFIX}${hook}:`);
  }

  /** Makes a failed delivery pending, under a key of {@link newKey}. */
  async revive(failedKey: string, pending: Queued): Promise<void> {
    await Promise.all([this.#storage.delete(failedKey), this.put(pending)]);
  }

  /** Removes a hook and its deliveries. */
  async removeHook(hook: string): Promise<void> {
    await this.#storage.delete(HOOK_PREFIX + hook);
    for (const prefix of [PENDING_PREFIX, FAILED_PREFIX]) {
      const keys: string[] = [];
      for await (const [key] of this.#read(`${prefix}${hook}:`)) keys.push(key);
      await this.#delete(keys);
    }
  }

  async #delete(keys: string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += KEYS) {
      await this.#storage.delete(keys.slice(start, start + KEYS));
    }
  }

  async *#read(prefix: string): AsyncGenerator<[string, Delivery]> {
    for (let start = prefix; ; ) {
      const page = await this.#storage.list<Delivery>({ prefix, start, limit: PAGE });
      for (const [key, delivery] of page) yield [key, readDelivery(delivery)];
      const last = [...page.keys()].at(-1);
      if (last === undefined || page.size < PAGE) return;
      start = `${last}\0`;
    }
  }
}
