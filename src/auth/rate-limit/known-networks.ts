import type { RoomTransaction } from '../../platform.ts';
import { sha256Hex } from '../sha256.ts';
import { networkOf } from './network.ts';

/** How many networks an account knows: home, work, a phone's, and some on the way. */
const MAX_NETWORKS = 10;

const DAY = 86_400_000;

/** How long a network is known after the last sign-in from there. */
const KNOWN_MS = 90 * DAY;

interface Known {
  network: string;
  /** In milliseconds since the epoch, to the day. */
  used_at: number;
}

/**
 * The networks from which accounts were signed in to: who fails at an account from elsewhere does
 * not count for them. Stored as hashes with the account's id, so that no two accounts share one.
 */
export class KnownNetworks {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** False for every network where there is no account; that takes as long. */
  async has(account: string | undefined, address: string): Promise<boolean> {
    const known = await this.#read(account ?? 'nobody');
    const network = pseudonym(account ?? 'nobody', address);
    return address !== '' && known.some((one) => one.network === network);
  }

  /** Notes a sign-in; writes once a day for each network. */
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

  /** The latest first. */
  async #read(account: string): Promise<Known[]> {
    const known = (await this.#storage.get<Known[]>(keyOf(account))) ?? [];
    return known.filter(({ used_at }) => used_at > Date.now() - KNOWN_MS);
  }
}

const keyOf = (account: string) => `known-networks:${account}`;

const pseudonym = (account: string, address: string): string =>
  sha256Hex(`${account}\n${networkOf(address)}`);
