import type { RoomTransaction } from '../../platform.ts';
import { normaliseAddress } from '../../protocol/address.ts';
import { sha256Hex } from '../sha256.ts';

/** Version of what is stored about an account and its sessions. */
const FORMAT = 1;

/** One account, as stored. Times are in milliseconds since the epoch. */
export interface Account {
  format: number;
  /** UUID of the account, and the name of its user room. */
  id: string;
  namespace: string;
  /** As typed at sign-up, trimmed. */
  email: string;
  password_hash: string;
  /** How many passwords came before this one; undefined for none. An upgrade of the hash is none. */
  past_passwords?: number;
  created_at: number;
  /** When its owner has shown that the address is theirs. */
  verified_at?: number;
}

/** The accounts of one auth room: by id, and by address through an index. */
export class Accounts {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** Throws where a later version of TinyHost has written the account. */
  async get(id: string): Promise<Account | undefined> {
    const account = await this.#storage.get<Account>(accountKey(id));
    if (account && account.format > FORMAT) throw new Error('the account is of a newer format');
    return account;
  }

  async find(namespace: string, email: string): Promise<Account | undefined> {
    // As many reads for an unknown address, so that it takes as long.
    return this.get((await this.#storage.get<string>(addressKey(namespace, email))) ?? 'nobody');
  }

  /** Stores a new account, or gives undefined where its address has one. Call in a transaction. */
  async create(
    details: Pick<Account, 'namespace' | 'email' | 'password_hash'>,
  ): Promise<Account | undefined> {
    const address = addressKey(details.namespace, details.email);
    if ((await this.#storage.get(address)) !== undefined) return undefined;
    const id = crypto.randomUUID();
    const account = { format: FORMAT, ...details, id, created_at: Date.now() };
    await this.#storage.put<unknown>({ [accountKey(account.id)]: account, [address]: account.id });
    return account;
  }

  update(account: Account): Promise<void> {
    return this.#storage.put(accountKey(account.id), account);
  }

  /** Gives an account a new user room, and so another id. Its sessions and tokens have to be gone. */
  async renew(account: Account): Promise<Account> {
    await this.remove(account);
    const renewed = { ...account, id: crypto.randomUUID(), created_at: Date.now() };
    const address = addressKey(account.namespace, account.email);
    await this.#storage.put<unknown>({ [accountKey(renewed.id)]: renewed, [address]: renewed.id });
    return renewed;
  }

  async remove({ id, namespace, email }: Account): Promise<void> {
    await this.#storage.delete([accountKey(id), addressKey(namespace, email)]);
  }
}

/** What an account becomes with another password. */
export const withPassword = (account: Account, password_hash: string): Account => ({
  ...account,
  password_hash,
  past_passwords: (account.past_passwords ?? 0) + 1,
});

/**
 * The account as it is now, if it is still the one whose password was proven and has that same
 * password. Its hash may be another one, of higher cost.
 */
export async function findUnchanged(
  storage: RoomTransaction,
  proven: Account,
): Promise<Account | undefined> {
  const current = await new Accounts(storage).get(proven.id);
  return current?.past_passwords === proven.past_passwords ? current : undefined;
}

const accountKey = (id: string) => `account:${id}`;

/** What stands for an address where it need not be read: as a key of counters, and in logs. */
export const addressHash = (namespace: string, email: string): string =>
  sha256Hex(`${namespace}\n${normaliseAddress(email)}`);

/** A namespace has no slash, so no two accounts share a key. */
const addressKey = (namespace: string, email: string) =>
  `address:${namespace}/${normaliseAddress(email)}`;
