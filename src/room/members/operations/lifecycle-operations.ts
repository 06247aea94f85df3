import type { Handlers } from '../../../operations/room-calls.ts';
import type { SharedStoreOperations } from '../../../operations/user-room-operations.ts';
import { succeed } from '../../../protocol/errors.ts';
import { isLastOwner } from '../member-rules.ts';
import type { SharedStore } from '../shared-store.ts';

type Operations = Pick<SharedStoreOperations, 'create-store' | 'remove-account' | 'store-state'>;

/** What auth rooms repeat until it is done. A room that serves nothing else serves this too. */
export function storeLifecycleOperations(shared: SharedStore): Handlers<Operations> {
  const { members } = shared;

  return {
    'create-store': async ({ store, name, owner }) => {
      if (!members.store && !members.isDeleted) {
        members.create(store, name, owner, Date.now());
        await shared.commit();
      }
      return succeed({});
    },

    'remove-account': async ({ account }) => {
      if (!members.get(account)) return succeed({ is_deleted: members.isDeleted });
      if (isLastOwner(members.all, account)) {
        members.forget(account);
        await shared.delete();
      } else {
        members.forget(account);
        await shared.commit(account);
      }
      return succeed({ is_deleted: members.isDeleted });
    },

    'store-state': async () => {
      if (members.isDeleted) return succeed({ state: 'deleted' });
      return succeed({ state: members.store ? 'existing' : 'unknown' });
    },
  };
}
