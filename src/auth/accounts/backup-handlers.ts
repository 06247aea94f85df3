import type { AccountBackupOperations } from '../../operations/backup-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import { succeed } from '../../protocol/errors.ts';
import { directoryJob, existingAccount } from '../directory/tell-directory.ts';
import { Sessions } from '../sessions/sessions.ts';
import { postEndOfSessions } from '../stores/post-to-stores.ts';
import { accountOf, accountRecord, hasAddressOf, mergeAccount } from './account-record.ts';
import { Accounts } from './accounts.ts';
import type { AccountsContext } from './context.ts';

/** The operations by which operators back accounts up and import them. */
export function backupHandlers({
  host,
  outbox,
}: AccountsContext): Handlers<AccountBackupOperations> {
  return {
    async 'back-up-account'({ id }) {
      const account = await new Accounts(host.storage).get(id);
      return succeed({ account: account ? accountRecord(account) : null });
    },

    async 'import-account'({ namespace, account: record }) {
      const imported = await outbox.transact(async (transaction, post) => {
        const accounts = new Accounts(transaction);
        const known = await accounts.find(namespace, record.email);
        if (known && known.id !== record.id) return undefined;
        if (!known) {
          const present = await accounts.get(record.id);
          if (present && !(present.namespace === namespace && hasAddressOf(present, record))) {
            return undefined;
          }
          const account = await accounts.add(accountOf(namespace, record));
          post(directoryJob(account));
          return { outcome: 'created' as const, account };
        }
        const { account, outcome, endsSessions } = mergeAccount(known, record);
        if (outcome === 'unchanged') return { outcome, account };
        await accounts.update(account);
        post(directoryJob(account));
        if (endsSessions) {
          // Whoever changed the password elsewhere wanted other devices to sign in again.
          const ended = await new Sessions(transaction, host.config).endAll(account.id);
          await postEndOfSessions(transaction, post, account.id, ended);
        }
        return { outcome, account };
      });
      if (!imported) return succeed({ outcome: 'address_taken' });
      return succeed({
        outcome: imported.outcome,
        account: await existingAccount(imported.account),
      });
    },
  };
}
