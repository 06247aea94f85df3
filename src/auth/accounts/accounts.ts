import { normaliseAddress } from '../../email-address.ts';
import type { RoomTransaction } from '../../platform.ts';
import type { OperatedAccount } from '../../protocol/http-api/operator-accounts.ts';
import type { SessionDescription } from '../../protocol/http-api/response-types.ts';
import { isoTime } from '../iso-time.ts';
import { sha256Hex } from '../sha256.ts';

/** Version of the stored format of an account. */
export const ACCOUNT_FORMAT = 1;

/** A stored account. Times are in milliseconds since the epoch. */
export interface Account {
  format: number;
  /** A UUID, which is also the name of the user room. */
  id: string;
  namespace: string;
  /** As typed at sign-up, trimmed. */
  email: string;
  password_hash: string;
  /** Number of earlier passwords; undefined means 0. Upgrading the hash does not count. */
  past_passwords?: number;
  created_at: number;
  /** When the owner proved that the address is theirs. */
  verified_at?: number;
  /** Whether an operator keeps it from signing in. */
  is_disabled?: true;
  /** Number of changes that the directory is told; undefined means 0. */
  changes?: number;
}

/** The accounts of one room, by id and, through an index, by address. */
export class Accounts {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** Throws if a later version of TinyHost wrote the account. */
  async get(id: string): Promise<Account | undefined> {
    const account = await this.#storage.get<Account>(accountKey(id));
    return account && refuseNewer(account);
  }

  async find(namespace: string, email: string): Promise<Account | undefined> {
    // An unknown address costs the same two reads, so that the time does not give it away.
    return this.get((await this.#storage.get<string>(addressKey(namespace, email))) ?? 'nobody');
  }

  /** Stores a new account; undefined if its address has one already. Call it in a transaction. */
  async create(
    details: Pick<Account, 'namespace' | 'email' | 'password_hash'>,
  ): Promise<Account | undefined> {
    const address = addressKey(details.namespace, details.email);
    if ((await this.#storage.get(address)) !== undefined) return undefined;
    const id = crypto.randomUUID();
    const account = { format: ACCOUNT_FORMAT, ...details, id, created_at: Date.now() };
    return this.add(account);
  }

  /** Stores an account whose address has none. Call it in a transaction. */
  async add(account: Account): Promise<Account> {
    const address = addressKey(account.namespace, account.email);
    await this.#storage.put<unknown>({ [accountKey(account.id)]: account, [address]: account.id });
    return account;
  }

  /** A page of the accounts of a namespace, by address. `limit` is at most 128. */
  async list(
    namespace: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ accounts: Account[]; cursor: string | null }> {
    const prefix = addressPrefix(namespace);
    const found = await this.#storage.list<string>({
      prefix,
      // A space sorts before everything that an address can go on with.
      ...(after !== undefined && { start: `${prefix}${after} ` }),
      // The additional one tells whether there is another page.
      limit: limit + 1,
    });
    const page = [...found].slice(0, limit);
    const accounts = [...(await this.findAll(page.map(([, id]) => id))).values()];
    const last = page.at(-1)?.[0].slice(prefix.length) ?? null;
    return { accounts, cursor: found.size > limit ? last : null };
  }

  /** Those of at most 128 accounts that exist, by id. */
  async findAll(ids: string[]): Promise<Map<string, Account>> {
    const stored = await this.#storage.get<Account>(ids.map(accountKey));
    return new Map([...stored.values()].map((account) => [account.id, refuseNewer(account)]));
  }

  async update(account: Account): Promise<Account> {
    await this.#storage.put(accountKey(account.id), account);
    return account;
  }

  /** Gives an account a new id and so a new user room. End its sessions and tokens before. */
  async renew(account: Account): Promise<Account> {
    await this.remove(account);
    const renewed = { ...account, id: crypto.randomUUID(), created_at: Date.now() };
    return this.add(renewed);
  }

  async remove({ id, namespace, email }: Account): Promise<void> {
    await this.#storage.delete([accountKey(id), addressKey(namespace, email)]);
  }
}

/** The account as its owner sees it. */
export const describeAccount = (account: Account): SessionDescription['user'] => ({
  email: account.email,
  created_at: isoTime(account.created_at),
  verified_at: account.verified_at === undefined ? null : isoTime(account.verified_at),
  durable_object_name: account.id,
});

/** The account as operators see it. */
export const operatedAccount = (account: Account): OperatedAccount => ({
  id: account.id,
  email: account.email,
  created_at: isoTime(account.created_at),
  verified_at: account.verified_at === undefined ? null : isoTime(account.verified_at),
  is_disabled: account.is_disabled === true,
});

/** A copy of the account with a new password. */
export const withPassword = (account: Account, password_hash: string): Account => ({
  ...account,
  password_hash,
  past_passwords: (account.past_passwords ?? 0) + 1,
});

/** A copy of the account whose owner has just proven the address. */
export const withVerifiedAddress = (account: Account): Account => ({
  ...account,
  verified_at: Date.now(),
  changes: (account.changes ?? 0) + 1,
});

/** A copy of the account that is kept from signing in, or no more. */
export const withDisabled = (
  { is_disabled: _, ...account }: Account,
  isDisabled: boolean,
): Account => ({
  ...account,
  ...(isDisabled && { is_disabled: true }),
  changes: (account.changes ?? 0) + 1,
});

/**
 * The current state of an account whose password was verified earlier. Undefined if the account was
 * deleted or its password changed since. The hash of the same password may have been upgraded.
 */
export async function findUnchanged(
  storage: RoomTransaction,
  verified: Account,
): Promise<Account | undefined> {
  const current = await new Accounts(storage).get(verified.id);
  return current?.past_passwords === verified.past_passwords ? current : undefined;
}

function refuseNewer(account: Account): Account {
  if (account.format > ACCOUNT_FORMAT) throw new Error('the account is of a newer format');
  return account;
}

const accountKey = (id: string) => `account:${id}`;

/** Replaces the address in the keys of counters. */
export const addressHash = (namespace: string, email: string): string =>
  sha256Hex(`${namespace}\n${normaliseAddress(email)}`);

/** Unique for each account, because a namespace has no slash. */
const addressKey = (namespace: string, email: string) =>
  addressPrefix(namespace) + normaliseAddress(email);

const addressPrefix = (namespace: string) => `address:${namespace}/`;
