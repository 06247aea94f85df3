import type { RoomTransaction } from '../../platform.ts';
import { sha256Hex } from '../sha256.ts';
import { networkOf } from './network.ts';

/** Networks that an account remembers: home, work, a phone and some more. */
const MAX_NETWORKS = 10;

const DAY = 86_400_000;

/** How long an account remembers a network after the last sign-in from it. */
const KNOWN_MS = 90 * DAY;

interface Known {
  network: string;
  /** Day of the last sign-in, in milliseconds since the epoch. */
  used_at: number;
}

/**
 * The networks of successful sign-ins. Failures from other networks do not lock these out. Each is
 * stored as a hash with the account's id, so that equal networks of two accounts look different.
 */
export class KnownNetworks {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** False without an account, after the same number of reads. */
  async has(account: string | undefined, address: string): Promise<boolean> {
    const known = await this.#read(account ?? 'nobody');
    const network = pseudonym(account ?? 'nobody', address);
    return address !== '' && known.some((one) => one.network === network);
  }

  /** Records a sign-in. Writes at most once a day for each network. */
  async add(account: string, address: string): Promise<void> {
    if (address === '') return;
    const network = pseudonym(account, address);
    const used_at = Math.floor(Date.now() / DAY) * DAY;
    const known = await this.#read(account);
    if (known.some((one) => one.network === network && one.used_at === used_at)) return;
    const others = known.filter((one) => one.network !== network);
    await this.#storage.put<Known[]>(
      keyOf(account),
      [{ network, used_at }, ...others].slice(0, MAX_NETWORKS),
    );
  }

  async forget(account: string): Promise<void> {
    await this.#storage.delete(keyOf(account));
  }

  /** Newest first. */
  async #read(account: string): Promise<Known[]> {
    const known = (await this.#storage.get<Known[]>(keyOf(account))) ?? [];
    return known.filter(({ used_at }) => used_at > Date.now() - KNOWN_MS);
  }
}

const keyOf = (account: string) => `known-networks:${account}`;

const pseudonym = (account: string, address: string): string =>
  sha256Hex(`${account}\n${networkOf(address)}`);
