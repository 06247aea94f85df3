import type {
  ByOperator,
  OperatedAccountOperations,
} from '../../operations/operated-account-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomTransaction } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { listSession } from '../sessions/describe-session.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Memberships } from '../stores/memberships.ts';
import { type Account, Accounts, operatedAccount } from './accounts.ts';
import type { AccountsContext } from './context.ts';

const NO_ACCOUNT = fail('not_found', 'there is no account with this id');

/** What whoever runs the service does with an account. */
export function operatedAccountHandlers({
  host,
}: AccountsContext): Handlers<OperatedAccountOperations> {
  const { storage, config } = host;

  return {
    async 'describe-account'(query) {
      const found = await find(storage, query);
      if (!found.ok) return found;
      const sessions = await new Sessions(storage, config).list(query.id);
      return succeed({
        account: operatedAccount(found.value),
        sessions: sessions.map(listSession),
        stores: await new Memberships(storage).list(query.id),
      });
    },
  };
}

async function find(
  storage: RoomTransaction,
  { id, namespace }: ByOperator,
): Promise<Result<Account>> {
  const account = await new Accounts(storage).get(id);
  return account?.namespace === namespace ? succeed(account) : NO_ACCOUNT;
}
