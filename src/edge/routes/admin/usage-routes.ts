import {
  type DirectoryOperations,
  directoryRoomName,
} from '../../../operations/directory-operations.ts';
import { call } from '../../../operations/room-calls.ts';
import { type Result, succeed } from '../../../protocol/errors.ts';
import type { NamespaceSummary, UsageStep } from '../../../protocol/http-api/usage.ts';
import type { EdgeContext } from '../../environment.ts';
import { MAX_STORES_ASKED, measureStores, sumOf } from '../../store-usage.ts';

/** `GET /admin/:namespace/usage`: one step of a walk over the directory. */
export async function usageStep(context: EdgeContext): Promise<Result<UsageStep>> {
  const { rooms } = context.env;
  const namespace = context.req.param('namespace') ?? '';
  const { key } = context.get('operator');
  const page = await call<DirectoryOperations, 'list-accounts'>(
    rooms.auth(directoryRoomName(namespace)),
    'list-accounts',
    { cursor: context.req.query('cursor'), limit: MAX_STORES_ASKED },
  );
  if (!page.ok) return page;
  const { accounts, cursor } = page.value;
  const asked = accounts.map(({ id, shard }) => ({
    id,
    operator: { key, namespace, account: { id, shard } },
  }));
  const { stores, unread } = await measureStores(rooms, asked);
  return succeed({
    accounts: accounts.length,
    stores: stores.length,
    bytes: sumOf(stores, 'bytes'),
    cost: sumOf(stores, 'cost'),
    devices: stores.reduce((sum, { devices }) => sum + devices.length, 0),
    unread,
    cursor,
  });
}

/** `GET /admin/:namespace/summary` */
export const summary = (context: EdgeContext): Promise<Result<NamespaceSummary>> =>
  call<DirectoryOperations, 'count-entries'>(
    context.env.rooms.auth(directoryRoomName(context.req.param('namespace') ?? '')),
    'count-entries',
    {},
  );
