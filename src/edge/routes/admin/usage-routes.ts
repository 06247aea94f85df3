import { type Result, succeed } from '../../../protocol/errors.ts';
import type { NamespaceSummary, UsageStep } from '../../../protocol/http-api/usage.ts';
import type { EdgeContext } from '../../environment.ts';
import { MAX_STORES_ASKED, measureStores, sumOf } from '../../store-usage.ts';
import { askDirectory } from './operated-account.ts';

/** `GET /admin/:namespace/usage`: one step of a walk over the directory. */
export async function usageStep(context: EdgeContext): Promise<Result<UsageStep>> {
  const { rooms } = context.env;
  const namespace = context.req.param('namespace') ?? '';
  const { key } = context.get('operator');
  const query = { cursor: context.req.query('cursor'), limit: MAX_STORES_ASKED };
  const page = await askDirectory(context, namespace, 'list-accounts', query);
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
  askDirectory(context, context.req.param('namespace') ?? '', 'count-entries', {});
