import type { AuthOperations, Credentials } from '../operations.ts';
import type { RoomHost } from '../platform.ts';
import { fail, succeed } from '../protocol/errors.ts';
import type { Handlers } from '../rpc.ts';
import { type Account, Accounts } from './accounts.ts';
import { HashingPool } from './hashing-pool.ts';
import { isOutdated } from './password-hash.ts';
import { Sessions } from './sessions.ts';

const TAKEN = fail('email_taken', 'An account with this address exists.', { field: 'email' });
const WRONG = fail('invalid_credentials', 'Address or password is wrong.');

/** Creating an account, and a session from its password. */
export function signInHandlers(
  host: RoomHost,
): Pick<Handlers<AuthOperations>, 'sign-up' | 'sign-in'> {
  const { storage, config } = host;
  const hashing = new HashingPool(host);

  return {
    async 'sign-up'({ namespace, email, password }) {
      if (await new Accounts(storage).find(namespace, email)) return TAKEN;
      const password_hash = await hashing.hash(password);
      // Another sign-up may have come first while this one waited for its hash.
      const account = await storage.transaction((transaction) =>
        new Accounts(transaction).create({ namespace, email, password_hash }),
      );
      return account ? succeed({ message: 'Account created successfully' }) : TAKEN;
    },

    async 'sign-in'(credentials) {
      const account = await prove(credentials);
      if (!account) return WRONG;
      // The account may have been deleted or its password changed during the hash.
      const session_uuid = await storage.transaction(async (transaction) => {
        const current = await new Accounts(transaction).get(account.id);
        if (current?.password_hash !== account.password_hash) return undefined;
        return new Sessions(transaction, config).create(account, credentials.shard);
      });
      if (!session_uuid) return WRONG;
      const { email, created_at } = account;
      const times = { created_at: isoTime(created_at), login_time: isoTime(Date.now()) };
      return succeed({ session_uuid, user: { email, ...times } });
    },
  };

  /** The account whose password this is, its hash brought to today's cost. */
  async function prove({ namespace, email, password }: Credentials): Promise<Account | undefined> {
    const account = await new Accounts(storage).find(namespace, email);
    if (!(await hashing.verify(password, account?.password_hash)) || !account) return undefined;
    if (!isOutdated(account.password_hash)) return account;
    const upgraded = { ...account, password_hash: await hashing.hash(password) };
    await storage.transaction(async (transaction) => {
      const accounts = new Accounts(transaction);
      const current = await accounts.get(account.id);
      if (current?.password_hash === account.password_hash) await accounts.update(upgraded);
    });
    return upgraded;
  }
}

const isoTime = (time: number) => new Date(time).toISOString();
