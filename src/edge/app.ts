import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { getPath } from 'hono/utils/url';
import type { EdgeHost } from '../platform.ts';
import type { EdgeEnv } from './environment.ts';
import { checkAccountBody, checkStoreBody, drainRefusedBody } from './middleware/body-headers.ts';
import { requireNamespace } from './middleware/namespace.ts';
import { operatorDoor, requireScope } from './middleware/operator-door.ts';
import { allowOrigins, checkOrigin, forbidCaching, setDate } from './middleware/origins.ts';
import { logRefusals } from './middleware/refusal-log.ts';
import { pageHeaders, secureResponse } from './middleware/security-headers.ts';
import { pathAt, requireMounted } from './mount/mount-point.ts';
import {
  onError,
  onMethodNotAllowed,
  onNotFound,
  requireValidSettings,
  respond,
} from './responses.ts';
import * as account from './routes/account-routes.ts';
import * as operated from './routes/admin/account-routes.ts';
import * as backup from './routes/admin/backup-routes.ts';
import * as hook from './routes/admin/hook-routes.ts';
import * as key from './routes/admin/key-routes.ts';
import { metrics } from './routes/admin/metrics.ts';
import * as adminStore from './routes/admin/store-routes.ts';
import * as adminUsage from './routes/admin/usage-routes.ts';
import { health } from './routes/health.ts';
import * as member from './routes/member-routes.ts';
import { openApi } from './routes/openapi.ts';
import { dashboard, page } from './routes/page.ts';
import * as session from './routes/session-routes.ts';
import * as sharedStore from './routes/shared-store-routes.ts';
import * as socket from './routes/socket-routes.ts';
import * as store from './routes/store-routes.ts';
import * as usage from './routes/usage-routes.ts';

/** The account routes of a namespace, mounted at two paths below. */
const accounts = new Hono<EdgeEnv>()
  .use(requireNamespace, checkAccountBody)
  .post('/sign-up', respond(account.signUp))
  .post('/sign-in', respond(account.signIn))
  .post('/sign-out', respond(session.signOut))
  .get('/session', respond(session.describeSession))
  .get('/sessions', respond(session.listSessions))
  .delete('/sessions', respond(session.revokeOtherSessions))
  .delete('/sessions/:id', respond(session.revokeSession))
  .post('/ws-ticket', respond(session.createTicket))
  .post('/change-password', respond(session.changePassword))
  .post('/request-reset', respond(account.requestReset))
  .post('/reset-password', respond(account.resetPassword))
  .post('/request-verification', respond(session.requestVerification))
  .post('/verify-address', respond(account.verifyAddress))
  .post('/delete-account', respond(session.deleteAccount))
  .get('/export', respond(session.exportAccount));

const accountChecks = [requireNamespace, checkAccountBody] as const;

/** The routes of shared stores, apart from their content. */
const sharedStores = new Hono<EdgeEnv>()
  .use(...accountChecks)
  .get('/', respond(sharedStore.listStores))
  .post('/', respond(sharedStore.createStore))
  .get('/:store', respond(member.describeStore))
  .patch('/:store', respond(member.renameStore))
  .delete('/:store', respond(member.deleteStore))
  .get('/:store/members', respond(member.listMembers))
  .patch('/:store/members/:member', respond(member.setRole))
  .delete('/:store/members/:member', respond(member.removeMember))
  .get('/:store/invitations', respond(member.listInvitations))
  .post('/:store/invitations', respond(sharedStore.createInvitation))
  .delete('/:store/invitations/:invitation', respond(member.revokeInvitation))
  .post('/:store/ws-ticket', respond(session.createTicket));

const keys = requireScope('keys:write');
const readsAccounts = requireScope('accounts:read');
const writesAccounts = requireScope('accounts:write');
const readsBackups = requireScope('backup:read');
const readsUsage = requireScope('usage:read');

/** The operator's routes. */
const admin = new Hono<EdgeEnv>()
  .use(checkAccountBody)
  .get('/access', respond(operated.describeAccess))
  .get('/metrics', respond(metrics))
  .get('/keys', keys, respond(key.listKeys))
  .post('/keys', keys, respond(key.createKey))
  .delete('/keys/:key', keys, respond(key.revokeKey))
  .use('/:namespace/:subject/*', requireNamespace)
  .get('/:namespace/accounts', readsAccounts, respond(operated.listAccounts))
  .get('/:namespace/accounts/:account', readsAccounts, respond(operated.describeAccount))
  .delete('/:namespace/accounts/:account', writesAccounts, respond(operated.removeAccount))
  .delete('/:namespace/accounts/:account/sessions', writesAccounts, respond(operated.endSessions))
  .post('/:namespace/accounts/:account/disable', writesAccounts, respond(operated.disableAccount))
  .post('/:namespace/accounts/:account/enable', writesAccounts, respond(operated.enableAccount))
  .post('/:namespace/accounts/:account/request-reset', writesAccounts, respond(operated.mailReset))
  .get('/:namespace/stores', requireScope('stores:read'), respond(operated.listStores))
  .post('/:namespace/directory/rebuild', writesAccounts, respond(operated.rebuild))
  .get('/:namespace/backup', readsBackups, respond(backup.backUp))
  .get('/:namespace/hashes', readsBackups, respond(backup.hashes))
  .get('/:namespace/usage', readsUsage, respond(adminUsage.usageStep))
  .get('/:namespace/summary', readsUsage, respond(adminUsage.summary));

/** The operator's routes to the hooks of a namespace. */
const hooks = new Hono<EdgeEnv>()
  .use(requireNamespace)
  .get('/', requireScope('hooks:read'), respond(hook.listHooks))
  .post('/', requireScope('hooks:write'), respond(hook.createHook))
  .patch('/:hook', requireScope('hooks:write'), respond(hook.updateHook))
  .delete('/:hook', requireScope('hooks:write'), respond(hook.deleteHook))
  .get('/:hook/deliveries', requireScope('hooks:read'), respond(hook.listDeliveries))
  .post(
    '/:hook/deliveries/:delivery/retry',
    requireScope('hooks:write'),
    respond(hook.retryDelivery),
  );
admin.route('/:namespace/hooks', hooks);

const STORE_METHODS = ['GET', 'PUT', 'PATCH', 'DELETE'];
const storeChecks = [requireNamespace, checkStoreBody] as const;

/** The route table. The mount decides what precedes its paths in the URL. */
export const app = new Hono<EdgeEnv>({
  getPath(request, options) {
    const path = getPath(request);
    return (options?.env && pathAt(options.env.mount, path)) ?? path;
  },
});
app.onError(onError);
app.notFound(onNotFound);

app.use(logRefusals, secureResponse, requireMounted, requireValidSettings);

// Sockets come before the middleware that sets headers: a changed 101 would lose its socket.
app.get('/:namespace/ws', respond(socket.openSyncSocket));
app.get('/:namespace/stores/:store/ws', respond(socket.openSyncSocket));
app.get('/parties/user/:room', respond(socket.openRoomSocket));

app.get('/', pageHeaders, page);

app.use(setDate, allowOrigins, checkOrigin, forbidCaching, drainRefusedBody);
app.get('/admin', dashboard);
// Before the methods of a route are told: without OPERATOR_KEY, it does not exist.
app.use('/admin/*', operatorDoor);
app.use(methodNotAllowed({ app, onMethodNotAllowed }));

app.get('/health', health);
app.get('/openapi.json', openApi);
app.post(
  '/admin/:namespace/import',
  requireNamespace,
  requireScope('backup:write'),
  backup.checkImportBody,
  respond(backup.importBackup),
);
for (const path of ['/admin/:namespace/accounts/:account', '/admin/:namespace/stores/:store']) {
  const checks = [requireNamespace, adminStore.requireStoreScope, checkStoreBody] as const;
  app.post(`${path}/manual-sync`, ...checks, respond(adminStore.manualSync));
  app.get(`${path}/store/history`, ...checks, respond(adminStore.storeHistory));
  app.post(`${path}/store/restore`, ...checks, respond(adminStore.restoreStore));
  app.on(STORE_METHODS, `${path}/store/*`, ...checks, respond(adminStore.jsonStore));
}
// After the routes whose bodies can hold a whole store.
app.route('/admin', admin);
app.get('/api/session', respond(session.describeSession));
for (const path of ['/:namespace', '/:namespace/stores/:store']) {
  app.post(`${path}/manual-sync`, ...storeChecks, respond(store.manualSync));
  app.get(`${path}/snapshot`, requireNamespace, respond(store.snapshot));
  app.get(`${path}/store/history`, requireNamespace, respond(store.storeHistory));
  app.post(`${path}/store/restore`, ...storeChecks, respond(store.restoreStore));
  app.on(STORE_METHODS, `${path}/store/*`, ...storeChecks, respond(store.jsonStore));
  app.get(`${path}/operator-access`, requireNamespace, respond(usage.operatorAccess));
}
app.get('/:namespace/usage', requireNamespace, respond(usage.usage));
app.on(['GET', 'PUT'], '/parties/user/:room/store', checkStoreBody, respond(store.partyKitStore));
app.post('/:namespace/accept-invitation', ...accountChecks, respond(sharedStore.acceptInvitation));
app.route('/:namespace/stores', sharedStores);
app.route('/parties/auth/:namespace', accounts);
app.route('/:namespace', accounts);

/** Responds to every public request, on either engine. */
export const handleRequest = async (request: Request, host: EdgeHost): Promise<Response> =>
  app.fetch(request, host);
