import type { RoomStorage } from '../platform.ts';

const PREFIX = 'ended:';

/**
 * How long a session stays refused here after it ended: longer than an upgrade takes from the
 * edge's check to this room. Afterwards the edge knows.
 */
const REFUSED_FOR = 5 * 60_000;

/** Sessions that ended lately, for sockets that were let in by the edge just before. */
export class EndedSessions {
  readonly #storage: RoomStorage;
  /** Until when each is refused, in milliseconds since the epoch. */
  #until = new Map<string, number>();

  constructor(storage: RoomStorage) {
    this.#storage = storage;
  }

  async load(): Promise<void> {
    const stored = await this.#storage.list<number>({ prefix: PREFIX });
    this.#until = new Map([...stored].map(([key, until]) => [key.slice(PREFIX.length), until]));
  }

  has(sessionHash: string, now: number): boolean {
    return (this.#until.get(sessionHash) ?? 0) > now;
  }

  /** Refuses these sessions from now on, and forgets those that need it no longer. */
  async add(sessionHashes: string[], now: number): Promise<void> {
    for (const hash of sessionHashes) {
      this.#until.set(hash, now + REFUSED_FOR);
      await this.#storage.put(PREFIX + hash, now + REFUSED_FOR);
    }
    for (const [hash, until] of this.#until) {
      if (until > now) continue;
      this.#until.delete(hash);
      await this.#storage.delete(PREFIX + hash);
    }
  }
}
