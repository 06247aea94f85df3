import { fail, type Result, succeed } from '../../../protocol/errors.ts';
import type { NamespaceSummary, UsageStep } from '../../../protocol/http-api/usage.ts';
import type { EdgeContext } from '../../environment.ts';
import { type AskedStore, MAX_STORES_ASKED, measureStores, sumOf } from '../../store-usage.ts';
import { askDirectory } from './operated-account.ts';

const INVALID_CURSOR = fail('invalid_field', 'this is no cursor of a walk', { field: 'cursor' });

/** Where a walk is: in one of the two lists of the directory, after an entry or at the beginning. */
const CURSOR = /^(?<list>accounts|stores)(?:\.(?<after>.+))?$/su;

/** What one step asks. */
interface Step {
  /** The accounts among them, each with its private store. */
  accounts: number;
  asked: AskedStore[];
  cursor: string | null;
}

/** `GET /admin/:namespace/usage`: one step of a walk over the private and then the shared stores. */
export async function usageStep(context: EdgeContext): Promise<Result<UsageStep>> {
  const found = CURSOR.exec(context.req.query('cursor') ?? 'accounts')?.groups;
  if (!found) return INVALID_CURSOR;
  const next = found.list === 'accounts' ? privateStores : sharedStores;
  const step = await next(context, found.after);
  if (!step.ok) return step;
  const { accounts, asked, cursor } = step.value;
  const { stores, unread } = await measureStores(context.env.rooms, asked);
  return succeed({
    accounts,
    stores: stores.length,
    bytes: sumOf(stores, 'bytes'),
    cost: sumOf(stores, 'cost'),
    devices: stores.reduce((sum, { devices }) => sum + devices.length, 0),
    unread,
    cursor,
  });
}

async function privateStores(
  context: EdgeContext,
  after: string | undefined,
): Promise<Result<Step>> {
  const { key, namespace } = operatorOf(context);
  const query = { cursor: after, limit: MAX_STORES_ASKED };
  const page = await askDirectory(context, namespace, 'list-accounts', query);
  if (!page.ok) return page;
  const { accounts, cursor } = page.value;
  const asked = accounts.map(({ id, shard }) => ({
    id,
    operator: { key, namespace, account: { id, shard } },
  }));
  const next = cursor === null ? 'stores' : `accounts.${cursor}`;
  return succeed({ accounts: accounts.length, asked, cursor: next });
}

async function sharedStores(
  context: EdgeContext,
  after: string | undefined,
): Promise<Result<Step>> {
  const operator = operatorOf(context);
  const query = { cursor: after, limit: MAX_STORES_ASKED };
  const page = await askDirectory(context, operator.namespace, 'list-stores', query);
  if (!page.ok) return page;
  const { stores, cursor } = page.value;
  const asked = stores.map(({ id }) => ({ id, operator }));
  return succeed({ accounts: 0, asked, cursor: cursor === null ? null : `stores.${cursor}` });
}

const operatorOf = (context: EdgeContext) => ({
  key: context.get('operator').key,
  namespace: context.req.param('namespace') ?? '',
});

/** `GET /admin/:namespace/summary` */
export const summary = (context: EdgeContext): Promise<Result<NamespaceSummary>> =>
  askDirectory(context, context.req.param('namespace') ?? '', 'count-entries', {});
