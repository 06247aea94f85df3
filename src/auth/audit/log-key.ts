import { decodeBase64 } from '@oslojs/encoding';
import { withDeadline } from '../../deadline.ts';
import type { LogKeyOperations } from '../../operations/auth-room-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { Config, Log, RoomStorage, Rooms } from '../../platform.ts';
import { LOG_KEY_ROOM } from '../room-names.ts';
import { randomKey } from './log-key-room.ts';

/** Where an accounts room stores the key that it was given. */
const STORED = 'log-key';

const DEADLINE_MS = 2_000;
const PAUSE_MS = 60_000;

/** Where the key can come from. The edge has no storage. */
export interface KeySource {
  config: Config;
  log: Log;
  rooms(): Rooms | undefined;
  storage?: RoomStorage;
}

/**
 * The key of the pseudonyms in logs, which is the same for a whole deployment. Without the key, a
 * reader of the logs cannot find out a pseudonym by trying all networks or a list of addresses.
 */
export class LogKey {
  /** `until` is in milliseconds since the epoch. */
  #found: { key: Uint8Array; until: number } | undefined;
  /** For lines that are written while the real key cannot be loaded. */
  readonly #substitute = randomKey();

  /**
   * Returns the key. If it cannot be loaded in 2 s, returns a random substitute for a minute.
   * Caches the key and not the promise, because a request on Workers cannot await another's I/O.
   */
  async load(source: KeySource): Promise<Uint8Array> {
    const known = this.#current();
    if (known) return known;
    try {
      const key = await find(source);
      this.#found = { key, until: Number.POSITIVE_INFINITY };
      return key;
    } catch {
      // A concurrent call may have loaded the key meanwhile.
      const other = this.#current();
      if (other) return other;
      // A pause before the next attempt keeps load away from a room in trouble.
      source.log('log-key-missing');
      this.#found = { key: this.#substitute, until: Date.now() + PAUSE_MS };
      return this.#substitute;
    }
  }

  #current(): Uint8Array | undefined {
    const found = this.#found;
    return found && Date.now() < found.until ? found.key : undefined;
  }
}

async function find({ config, storage, rooms }: KeySource): Promise<Uint8Array> {
  if (config.LOG_KEY !== undefined) return new TextEncoder().encode(config.LOG_KEY);
  const stored = await storage?.get<string>(STORED);
  if (stored !== undefined) return decodeBase64(stored);
  const room = rooms()?.auth(LOG_KEY_ROOM);
  if (!room) throw new Error('the room with the key cannot be reached from here');
  const asked = call<LogKeyOperations, 'log-key'>(room, 'log-key', {});
  const answer = await withDeadline(asked, DEADLINE_MS);
  if (!answer.ok) throw new Error(`the room with the key refused: ${answer.message}`);
  await storage?.put(STORED, answer.value.key);
  return decodeBase64(answer.value.key);
}
