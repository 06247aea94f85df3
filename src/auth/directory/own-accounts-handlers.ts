import {
  MAX_OWN_ACCOUNTS_PAGE,
  type OwnAccountsOperations,
} from '../../operations/directory-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { fail, succeed } from '../../protocol/errors.ts';
import { Accounts } from '../accounts/accounts.ts';
import { Memberships } from '../stores/memberships.ts';
import { existingAccount } from './tell-directory.ts';

const INVALID_LIMIT = fail('invalid_field', `limit is 1 to ${MAX_OWN_ACCOUNTS_PAGE}`, {
  field: 'limit',
});
const TOO_MANY = fail('invalid_field', `at most ${MAX_OWN_ACCOUNTS_PAGE} ids`, { field: 'ids' });

/** The operations from which a directory is rebuilt. */
export function ownAccountsHandlers({ storage }: RoomHost): Handlers<OwnAccountsOperations> {
  return {
    async 'list-own-accounts'({ namespace, cursor, limit }) {
      if (!(limit >= 1 && limit <= MAX_OWN_ACCOUNTS_PAGE)) return INVALID_LIMIT;
      // One transaction, so that no account is deleted between its address and itself.
      const page = await storage.transaction((transaction) =>
        new Accounts(transaction).list(namespace, cursor, limit),
      );
      const accounts = await Promise.all(page.accounts.map(existingAccount));
      const memberships = new Memberships(storage);
      const stores = new Set<string>();
      for (const { id } of accounts) {
        for (const { store, role } of await memberships.list(id)) {
          if (role === 'owner') stores.add(store);
        }
      }
      return succeed({ accounts, stores: [...stores], cursor: page.cursor });
    },

    async 'find-absent-accounts'({ ids }) {
      if (ids.length > MAX_OWN_ACCOUNTS_PAGE) return TOO_MANY;
      const found = await new Accounts(storage).findAll(ids);
      return succeed({ ids: ids.filter((id) => !found.has(id)) });
    },
  };
}
