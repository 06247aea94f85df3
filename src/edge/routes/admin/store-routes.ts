import type { MiddlewareHandler } from 'hono';
import { logName } from '../../../log.ts';
import { PATH_HEADER } from '../../../operations/proven-access.ts';
import type { LogText } from '../../../platform.ts';
import type { Result } from '../../../protocol/errors.ts';
import type { EdgeContext, EdgeEnv } from '../../environment.ts';
import { requireScope } from '../../middleware/operator-door.ts';
import { forwardAs, pathAfter } from '../store-routes.ts';
import { operatedStore } from './operated-store.ts';

/** The REST view of any store of a namespace, for operators' keys. */

/** `/admin/:namespace/accounts/:account/store…` and `/admin/:namespace/stores/:store/store…` */
export const jsonStore = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/store', { [PATH_HEADER]: pathAfter(context, STORE_SEGMENTS) });

/** `POST …/manual-sync`: streams the body to the store's room. */
export const manualSync = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/manual-sync', {});

/** `GET …/store/history`: the moments of the store. */
export const storeHistory = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/history', {});

/** `POST …/store/restore`: writes what the store was at a moment. */
export const restoreStore = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/restore', {});

/** The segments of `/admin/:namespace/accounts/:account/store`. */
const STORE_SEGMENTS = 6;

const READS = new Set(['GET', 'HEAD']);

/** Refuses keys that may not read stores, or for another method may not change them. */
export const requireStoreScope: MiddlewareHandler<EdgeEnv> = (context, next) =>
  requireScope(READS.has(context.req.method) ? 'stores:read' : 'stores:write')(context, next);

async function forward(
  context: EdgeContext,
  path: string,
  headers: Record<string, string>,
): Promise<Result<Response>> {
  const store = await operatedStore(context);
  if (!store.ok) return store;
  const { operator, room, figures } = store.value;
  const writer = { operator, proven_at: Date.now() };
  const result = await forwardAs(context, writer, room, path, headers);
  context.env.log('operator-access', {
    outcome: result.ok ? 'ok' : result.error,
    kind: READS.has(context.req.method) ? 'read' : 'write',
    key: keyName(operator.key),
    namespace: logName(operator.namespace),
    ...figures,
  });
  return result;
}

const keyName = (key: string | null): LogText => logName(key ?? 'OPERATOR_KEY');
