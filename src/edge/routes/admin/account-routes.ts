import { accountShard } from '../../../account-shard.ts';
import { fail, type Result, succeed } from '../../../protocol/errors.ts';
import type {
  AccountDescription,
  AccountPage,
  KeyAccess,
  OperatedAccount,
  RebuildStep,
  StoreOfAccount,
  StorePage,
} from '../../../protocol/http-api/operator-accounts.ts';
import type { EdgeContext } from '../../environment.ts';
import { rebuildDirectory } from '../../rebuild-directory.ts';
import { readOptionalBody } from '../../request-body.ts';
import { RebuildInput } from '../../request-schemas.ts';
import { clientInfo, confirmation } from '../../session.ts';
import { MAX_STORES_ASKED, measureStores } from '../../store-usage.ts';
import { askDirectory, operateOnAccount } from './operated-account.ts';

/** The operator's routes about the accounts of a namespace, and the list of its stores. */

/** Accounts of one page, unless the request says otherwise. */
const PAGE = 100;

const ONE_FILTER = fail('invalid_field', 'a list is of an address or a prefix, not of both', {
  field: 'prefix',
});

/** `GET /admin/access` */
export async function describeAccess(context: EdgeContext): Promise<Result<KeyAccess>> {
  const { key, namespace, scopes } = context.get('operator');
  const { NAMESPACES = [] } = context.env.config;
  const listed = NAMESPACES.includes('*') ? null : NAMESPACES;
  const ofKey = namespace === null ? listed : [namespace].filter((one) => isIn(listed, one));
  return succeed({ key, namespace, scopes, namespaces: ofKey });
}

const isIn = (listed: readonly string[] | null, namespace: string): boolean =>
  listed?.includes(namespace) ?? true;

/** `GET /admin/:namespace/accounts` */
export async function listAccounts(context: EdgeContext): Promise<Result<AccountPage>> {
  const { address, prefix, cursor, limit = `${PAGE}` } = context.req.query();
  if (address !== undefined && prefix !== undefined) return ONE_FILTER;
  const namespace = context.req.param('namespace') ?? '';
  const page = { address, prefix, cursor, limit: Number(limit) };
  const listed = await askDirectory(context, namespace, 'list-accounts', page);
  if (!listed.ok) return listed;
  return succeed({ ...listed.value, accounts: listed.value.accounts.map(withoutShard) });
}

const withoutShard = ({ shard: _, ...account }: OperatedAccount & { shard: string }) => account;

/** `GET /admin/:namespace/stores` */
export function listStores(context: EdgeContext): Promise<Result<StorePage>> {
  const { cursor, limit = `${PAGE}` } = context.req.query();
  const namespace = context.req.param('namespace') ?? '';
  return askDirectory(context, namespace, 'list-stores', { cursor, limit: Number(limit) });
}

/** `GET /admin/:namespace/accounts/:account` */
export async function describeAccount(context: EdgeContext): Promise<Result<AccountDescription>> {
  const described = await operateOnAccount(context, 'describe-account', {});
  if (!described.ok) return described;
  const { account, sessions, stores } = described.value;
  const own = { id: account.id, name: null, role: null };
  const shared = stores.map(({ store: id, name, role }) => ({ id, name, role }));
  return succeed({
    account,
    sessions,
    stores: await withUsage(context, account, [own, ...shared]),
  });
}

/** Adds what the first 40 stores take, as many as one request can ask. */
async function withUsage(
  context: EdgeContext,
  { id, email }: OperatedAccount,
  stores: StoreOfAccount[],
): Promise<StoreOfAccount[]> {
  const namespace = context.req.param('namespace') ?? '';
  const operator = { key: context.get('operator').key, namespace };
  const account = { id, shard: await accountShard(namespace, email) };
  const asked = stores.slice(0, MAX_STORES_ASKED).map((store) => ({
    id: store.id,
    operator: store.id === id ? { ...operator, account } : operator,
  }));
  const measured = await measureStores(context.env.rooms, asked);
  const usages = new Map(measured.stores.map((usage) => [usage.id, usage]));
  return stores.map((store) => ({ ...usages.get(store.id), ...store }));
}

/** `POST /admin/:namespace/accounts/:account/disable` */
export const disableAccount = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirmation(await operateOnAccount(context, 'disable-account', {}));

/** `POST /admin/:namespace/accounts/:account/enable` */
export const enableAccount = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirmation(await operateOnAccount(context, 'enable-account', {}));

/** `DELETE /admin/:namespace/accounts/:account/sessions` */
export const endSessions = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirmation(await operateOnAccount(context, 'end-account-sessions', {}));

/** `POST /admin/:namespace/accounts/:account/request-reset` */
export async function mailReset(context: EdgeContext): Promise<Result<unknown>> {
  const client = clientInfo(context);
  return confirmation(await operateOnAccount(context, 'mail-account-reset', { client }));
}

/** `DELETE /admin/:namespace/accounts/:account` */
export const removeAccount = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirmation(await operateOnAccount(context, 'remove-account', {}));

/** `POST /admin/:namespace/directory/rebuild` */
export async function rebuild(context: EdgeContext): Promise<Result<RebuildStep>> {
  const input = await readOptionalBody(context, RebuildInput);
  if (!input.ok) return input;
  const namespace = context.req.param('namespace') ?? '';
  return rebuildDirectory(context.env.rooms, namespace, input.value.cursor ?? undefined);
}
