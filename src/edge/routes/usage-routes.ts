import { call } from '../../operations/room-calls.ts';
import type { AccessOperations } from '../../operations/user-room-operations.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { AccountUsage } from '../../protocol/http-api/usage.ts';
import { isStoreId } from '../../protocol/membership.ts';
import type { EdgeContext } from '../environment.ts';
import { authenticate, callWithSession, requireVerified } from '../session.ts';
import { memberOf, storeAccess } from '../store-access.ts';
import { MAX_STORES_ASKED, measureStores, sumOf } from '../store-usage.ts';

const INVALID_CURSOR = fail('invalid_field', 'this is no cursor of the list', { field: 'cursor' });

/** `GET /:namespace/usage`: the private store first, then the shared ones in the order of ids. */
export async function usage(context: EdgeContext): Promise<Result<AccountUsage>> {
  const after = context.req.query('cursor');
  if (after !== undefined && !isStoreId(after)) return INVALID_CURSOR;
  const session = requireVerified(await authenticate(context));
  if (!session.ok) return session;
  const listed = await callWithSession(context, 'list-stores', {});
  if (!listed.ok) return listed;
  const member = memberOf(session.value);
  const shared = listed.value.stores.map(({ store }) => store).sort();
  const all = [
    ...(after === undefined ? [{ id: member.account }] : []),
    ...shared.filter((id) => after === undefined || id > after).map((id) => ({ id, member })),
  ];
  const asked = all.slice(0, MAX_STORES_ASKED);
  const { stores, unread } = await measureStores(context.env.rooms, asked);
  return succeed({
    stores,
    bytes: sumOf(stores, 'bytes'),
    cost: sumOf(stores, 'cost'),
    unread,
    cursor: all.length > asked.length ? asked.at(-1)!.id : null,
  });
}

/** `GET /:namespace/operator-access` and `GET /:namespace/stores/:store/operator-access` */
export async function operatorAccess(context: EdgeContext): Promise<Result<unknown>> {
  const access = storeAccess(context, await authenticate(context));
  if (!access.ok) return access;
  const { room, member } = access.value;
  return call<AccessOperations, 'list-operator-access'>(room, 'list-operator-access', { member });
}
