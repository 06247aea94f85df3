import { logName } from '../../../log.ts';
import type { ProvenOperator } from '../../../operations/proven-access.ts';
import type { LogText, RoomStub } from '../../../platform.ts';
import { NO_SUCH_STORE, type Result, succeed } from '../../../protocol/errors.ts';
import { isStoreId } from '../../../protocol/membership.ts';
import type { EdgeContext } from '../../environment.ts';
import { askDirectory } from './operated-account.ts';

/** The store that the path of an operator's request names. */
export interface OperatedStore {
  room: RoomStub;
  operator: ProvenOperator;
  /** The id of a shared store, or the pseudonym of the account with the private store. */
  figures: { store: LogText } | { account: LogText };
}

/**
 * The private store of `:account`, which has to be in the directory of the namespace, or the shared
 * store `:store`, whose room compares the namespace.
 */
export async function operatedStore(context: EdgeContext): Promise<Result<OperatedStore>> {
  const { env, req } = context;
  const { key } = context.get('operator');
  const namespace = req.param('namespace') ?? '';
  const store = req.param('store');
  if (store !== undefined) {
    // Other ids are those of private rooms.
    if (!isStoreId(store)) return NO_SUCH_STORE;
    const room = env.rooms.user(store);
    return succeed({ room, operator: { key, namespace }, figures: { store: logName(store) } });
  }
  const found = await askDirectory(context, namespace, 'find-account', {
    id: req.param('account') ?? '',
  });
  if (!found.ok) return found;
  const { id, shard, email } = found.value;
  const pseudonyms = await env.pseudonyms(env);
  return succeed({
    room: env.rooms.user(id),
    operator: { key, namespace, account: { id, shard } },
    figures: { account: pseudonyms.account(namespace, email) },
  });
}
