import type { RoomStorage } from '../../platform.ts';
import { batchesOf } from '../key-batches.ts';

const PREFIX = 'ended:';

/**
 * Milliseconds for which the room refuses a session that ended. An upgrade takes less from the
 * edge's check to this room, and later ones are refused by the edge.
 */
const REFUSED_FOR = 5 * 60_000;

/** Sessions that ended recently, to refuse sockets that the edge admitted just before. */
export class EndedSessions {
  readonly #storage: RoomStorage;
  /** When the room forgets each session, in milliseconds since the epoch. */
  #until = new Map<string, number>();

  constructor(storage: RoomStorage) {
    this.#storage = storage;
  }

  /** Loads the stored sessions and removes those that are to be forgotten at `now`. */
  async load(now: number): Promise<void> {
    const stored = await this.#storage.list<number>({ prefix: PREFIX });
    this.#until = new Map([...stored].map(([key, until]) => [key.slice(PREFIX.length), until]));
    await this.#forget(now);
  }

  has(sessionHash: string, now: number): boolean {
    return (this.#until.get(sessionHash) ?? 0) > now;
  }

  /** Refuses these sessions from now on. Removes those that are to be forgotten at `now`. */
  async add(sessionHashes: string[], now: number): Promise<void> {
    for (const hash of sessionHashes) {
      this.#until.set(hash, now + REFUSED_FOR);
      await this.#storage.put(PREFIX + hash, now + REFUSED_FOR);
    }
    await this.#forget(now);
  }

  async #forget(now: number): Promise<void> {
    const over = [...this.#until].filter(([, until]) => until <= now).map(([hash]) => hash);
    for (const hash of over) this.#until.delete(hash);
    for (const batch of batchesOf(over)) {
      await this.#storage.delete(batch.map((hash) => PREFIX + hash));
    }
  }
}
