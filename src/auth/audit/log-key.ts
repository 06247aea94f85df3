import { decodeBase64 } from '@oslojs/encoding';
import { withDeadline } from '../../deadline.ts';
import type { LogKeyOperations } from '../../operations.ts';
import type { Config, Log, RoomStorage, Rooms } from '../../platform.ts';
import { call } from '../../rpc.ts';
import { LOG_KEY_ROOM } from '../room-names.ts';
import { randomKey } from './log-key-room.ts';

/** Where an accounts room stores the key that it was given. */
const STORED = 'log-key';

const DEADLINE_MS = 2_000;
const PAUSE_MS = 60_000;

/** Where the key comes from. The edge stores nothing. */
export interface KeySource {
  config: Config;
  log: Log;
  rooms(): Rooms | undefined;
  storage?: RoomStorage;
}

/**
 * What pseudonyms in logs are made with, so that nobody who reads a log can try out all networks
 * or a list of addresses: the same key for a whole deployment.
 */
export class LogKey {
  /** `until` is in milliseconds since the epoch. */
  #found: { key: Uint8Array; until: number } | undefined;
  /** For lines that have to be written while the real one is out of reach. */
  readonly #substitute = randomKey();

  /**
   * The key; where it cannot be had in 2 s, for a minute one of this life of the room or isolate.
   * Keeps what it has found, and no promise: Workers let no request wait for another's.
   */
  async load(source: KeySource): Promise<Uint8Array> {
    const known = this.#current();
    if (known) return known;
    try {
      const key = await find(source);
      this.#found = { key, until: Number.POSITIVE_INFINITY };
      return key;
    } catch {
      // Another call may have ended meanwhile.
      const other = this.#current();
      if (other) return other;
      // Not asked for again at once: a room in trouble is not helped by more requests.
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
