import type {
  ByOperator,
  OperatedAccountOperations,
} from '../../operations/operated-account-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomTransaction } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { directoryJob } from '../directory/tell-directory.ts';
import { limitMails } from '../mail/mail-counter.ts';
import { NO_MAIL, postMail } from '../mail/request-mail.ts';
import type { PostJob } from '../outbox/outbox.ts';
import { listSession } from '../sessions/describe-session.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Memberships } from '../stores/memberships.ts';
import { postEndOfSessions } from '../stores/post-to-stores.ts';
import { type Account, Accounts, operatedAccount, withDisabled } from './accounts.ts';
import type { AccountsContext } from './context.ts';
import { removeAccount } from './remove-account.ts';

const NO_ACCOUNT = fail('not_found', 'there is no account with this id');

/** A change of an account in a transaction. */
type Change = (transaction: RoomTransaction, post: PostJob, account: Account) => Promise<void>;

/** What whoever runs the service does with an account. */
export function operatedAccountHandlers(
  context: AccountsContext,
): Handlers<OperatedAccountOperations> {
  const { host, outbox, mailKey } = context;
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

    'disable-account': (query) =>
      change(query, 'Account disabled', async (transaction, post, account) => {
        await setDisabled(transaction, post, account, true);
        const ended = await new Sessions(transaction, config).endAll(account.id);
        await postEndOfSessions(transaction, post, account.id, ended, 'accountDisabled');
      }),

    'enable-account': (query) =>
      change(query, 'Account enabled', (transaction, post, account) =>
        setDisabled(transaction, post, account, false),
      ),

    'end-account-sessions': (query) =>
      change(query, 'Sessions ended', async (transaction, post, { id }) => {
        const ended = await new Sessions(transaction, config).endAll(id);
        await postEndOfSessions(transaction, post, id, ended);
      }),

    async 'mail-account-reset'({ client, ...query }) {
      if (config.MAIL === 'off') return NO_MAIL;
      const found = await find(storage, query);
      if (!found.ok) return found;
      // Counts as a known network, so that strangers cannot use up the operator's mails.
      const admitted = await limitMails(host, found.value.email, client, true);
      if (!admitted.ok) return admitted;
      return change(query, 'A mail is on its way', (transaction, post, { id }) => {
        const recipient = { account: id, purpose: 'reset-password', shard: query.shard } as const;
        return postMail(transaction, post, mailKey, recipient);
      });
    },

    'remove-account': (query) =>
      change(query, 'Account deleted', (transaction, post, account) =>
        removeAccount(context, transaction, post, account),
      ),
  };

  function change(
    query: ByOperator,
    message: string,
    run: Change,
  ): Promise<Result<{ message: string }>> {
    return outbox.transact(async (transaction, post) => {
      const found = await find(transaction, query);
      if (!found.ok) return found;
      await run(transaction, post, found.value);
      return succeed({ message });
    });
  }
}

async function find(
  storage: RoomTransaction,
  { id, namespace }: ByOperator,
): Promise<Result<Account>> {
  const account = await new Accounts(storage).get(id);
  return account?.namespace === namespace ? succeed(account) : NO_ACCOUNT;
}

async function setDisabled(
  transaction: RoomTransaction,
  post: PostJob,
  account: Account,
  isDisabled: boolean,
): Promise<void> {
  if ((account.is_disabled ?? false) === isDisabled) return;
  await new Accounts(transaction).update(withDisabled(account, isDisabled));
  post(directoryJob(account));
}
