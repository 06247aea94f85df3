import type { MembershipOperations } from '../../operations/auth-room-operations.ts';
import type { ProvenMember } from '../../operations/proven-access.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import type { Membership } from '../../protocol/membership.ts';
import { Accounts } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { isoTime } from '../iso-time.ts';
import { UNAUTHORIZED, withSession } from '../sessions/authenticate-session.ts';
import { createStoreId } from './create-store-id.ts';
import { keepMembership } from './keep-membership.ts';
import { Memberships } from './memberships.ts';
import { refuseMoreStores, withSyncingSession } from './store-session.ts';

type StoreOperations = Pick<
  MembershipOperations,
  'list-stores' | 'create-store' | 'set-membership'
>;

/** The version of a store's members before its room has counted a change. */
const FIRST_VERSION = 0;

/** Operations on an account's list of stores. */
export function storeHandlers(context: AccountsContext): Handlers<StoreOperations> {
  const { host, outbox } = context;

  return {
    'list-stores': withSession(context, async ({ account }) =>
      succeed({ stores: await new Memberships(host.storage).list(account.id) }),
    ),

    'create-store': withSyncingSession(context, (owner, { name }) => create(owner, name)),

    async 'set-membership'(news) {
      await keepMembership(outbox, news);
      return succeed({});
    },
  };

  /** Stores the membership of the owner, from which a job creates the store, also after a crash. */
  function create({ account, shard }: ProvenMember, name: string): Promise<Result<Membership>> {
    return outbox.transact(async (transaction, post): Promise<Result<Membership>> => {
      if (!(await new Accounts(transaction).get(account))) return UNAUTHORIZED;
      const memberships = new Memberships(transaction);
      const admitted = await refuseMoreStores(context, memberships, account);
      if (!admitted.ok) return admitted;
      const membership: Membership = {
        store: createStoreId(),
        name,
        role: 'owner',
        joined_at: isoTime(Date.now()),
      };
      await memberships.set({ account, ...membership, version: FIRST_VERSION });
      post({ kind: 'create-store', store: membership.store, account, shard });
      post({ kind: 'stores-changed', user: account });
      return succeed(membership);
    });
  }
}
