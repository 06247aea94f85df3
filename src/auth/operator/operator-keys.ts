import { encodeHexLowerCase } from '@oslojs/encoding';
import type { NewKey } from '../../operations/auth-room-operations.ts';
import type { RoomTransaction } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { type IssuedKey, type ListedKey, SCOPES } from '../../protocol/http-api/operator-keys.ts';
import { isoTime } from '../iso-time.ts';
import { sha256Hex } from '../sha256.ts';

/** Version of the stored format of a key. */
const FORMAT = 1;

/** Keys of one deployment. Expired ones are removed when a new one needs their place. */
const MAX_KEYS = 200;

/** Tells secret scanners and people what the text is. */
const PREFIX = 'thk_';

const KEY_BYTES = 32;

/** Other texts are not looked up: storage throws for a long key. */
const HASH = /^[0-9a-f]{64}$/;

/** A stored key. Times are in milliseconds since the epoch. */
interface StoredKey extends Omit<ListedKey, 'created_at' | 'expires_at'> {
  format: number;
  created_at: number;
  expires_at: number | null;
}

const TOO_MANY = fail('limit_reached', `there can be ${MAX_KEYS} keys; revoke one first`, {
  field: 'keys',
});

/** The keys that the operator has issued, by their SHA-256. Throws for a newer stored format. */
export class OperatorKeys {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** Creates a key. Call it in a transaction. */
  async add({ namespace, scopes, expires_at, note }: NewKey): Promise<Result<IssuedKey>> {
    if (!(await this.#makeRoom())) return TOO_MANY;
    const key = PREFIX + encodeHexLowerCase(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
    const created_at = Date.now();
    const stored: StoredKey = {
      format: FORMAT,
      id: crypto.randomUUID(),
      namespace,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      created_at,
      expires_at: expires_at === null ? null : Date.parse(expires_at),
      last_used_on: null,
      note,
    };
    await this.#storage.put(storageKey(sha256Hex(key)), stored);
    return succeed({ ...describe(stored), key });
  }

  /** Every key, oldest first, with those that have expired. */
  async list(): Promise<ListedKey[]> {
    const stored = [...(await this.#all()).values()];
    return stored.sort((one, other) => one.created_at - other.created_at).map(describe);
  }

  /** Removes the key with this id. Returns whether there was one. Call it in a transaction. */
  async remove(id: string): Promise<boolean> {
    const [found] = [...(await this.#all())].find(([, key]) => key.id === id) ?? [];
    return found !== undefined && this.#storage.delete(found);
  }

  /** The key with this hash; undefined if there is none, or it has expired. */
  async find(hash: string): Promise<ListedKey | undefined> {
    const stored = await this.#get(hash);
    return stored && !isOver(stored) ? describe(stored) : undefined;
  }

  /** Whether there is a key with this id that has not expired. */
  async has(id: string): Promise<boolean> {
    return [...(await this.#all()).values()].some((stored) => stored.id === id && !isOver(stored));
  }

  /** Stores that the key was used today. Call it in a transaction: the key may be gone by now. */
  async markUsed(hash: string): Promise<void> {
    const stored = await this.#get(hash);
    if (stored) await this.#storage.put(storageKey(hash), { ...stored, last_used_on: today() });
  }

  async #get(hash: string): Promise<StoredKey | undefined> {
    if (!HASH.test(hash)) return undefined;
    return checked(await this.#storage.get<StoredKey>(storageKey(hash)));
  }

  async #all(): Promise<Map<string, StoredKey>> {
    const all = await this.#storage.list<StoredKey>({ prefix: storageKey('') });
    for (const stored of all.values()) checked(stored);
    return all;
  }

  /** Removes expired keys if there is no place for a new one. Returns whether there is now. */
  async #makeRoom(): Promise<boolean> {
    const all = await this.#all();
    if (all.size < MAX_KEYS) return true;
    const over = [...all].filter(([, stored]) => isOver(stored)).map(([key]) => key);
    for (const key of over) await this.#storage.delete(key);
    return over.length > 0;
  }
}

export const today = (): string => isoTime(Date.now()).slice(0, 10);

function checked(stored: StoredKey | undefined): StoredKey | undefined {
  if (stored && stored.format > FORMAT) throw new Error('the key is of a newer format');
  return stored;
}

const isOver = ({ expires_at }: StoredKey): boolean =>
  expires_at !== null && expires_at <= Date.now();

function describe({ format: _, ...stored }: StoredKey): ListedKey {
  const { created_at, expires_at } = stored;
  return {
    ...stored,
    created_at: isoTime(created_at),
    expires_at: expires_at === null ? null : isoTime(expires_at),
  };
}

const storageKey = (hash: string): string => `key:${hash}`;
