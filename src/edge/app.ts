import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { EdgeHost } from '../platform.ts';
import { requestReset, resetPassword, signIn, signUp, verifyAddress } from './accounts.ts';
import { acceptAccountBody, acceptStoreBody, hearOut } from './body.ts';
import { pageHeaders, secureAnswer } from './headers.ts';
import { health } from './health.ts';
import type { EdgeEnv } from './host.ts';
import { requireNamespace } from './input.ts';
import { allowOrigins, checkOrigin, forbidCaching, tellTime } from './origins.ts';
import {
  changePassword,
  createTicket,
  deleteAccount,
  describeSession,
  exportAccount,
  listSessions,
  requestVerification,
  revokeOtherSessions,
  revokeSession,
  signOut,
} from './own-account.ts';
import { page } from './page.ts';
import { tellRefusals } from './refusal-log.ts';
import { answer, onError, onMethodNotAllowed, onNotFound, refuseWhileWrong } from './respond.ts';
import {
  manualSync,
  openPartySocket,
  openSyncSocket,
  persistedStore,
  plainStore,
} from './rooms.ts';

/** What one namespace offers; reached by its short path and through the auth party's public URL. */
const accounts = new Hono<EdgeEnv>()
  .use(requireNamespace, acceptAccountBody)
  .post('/sign-up', answer(signUp))
  .post('/sign-in', answer(signIn))
  .post('/sign-out', answer(signOut))
  .get('/session', answer(describeSession))
  .get('/sessions', answer(listSessions))
  .delete('/sessions', answer(revokeOtherSessions))
  .delete('/sessions/:id', answer(revokeSession))
  .post('/ws-ticket', answer(createTicket))
  .post('/change-password', answer(changePassword))
  .post('/request-reset', answer(requestReset))
  .post('/reset-password', answer(resetPassword))
  .post('/request-verification', answer(requestVerification))
  .post('/verify-address', answer(verifyAddress))
  .post('/delete-account', answer(deleteAccount))
  .get('/export', answer(exportAccount));

const app = new Hono<EdgeEnv>();
app.onError(onError);
app.notFound(onNotFound);

app.use(tellRefusals, secureAnswer, refuseWhileWrong);

// Sockets stand before all that sets headers: whatever rewrote those of a 101 would lose its socket.
app.get('/:namespace/ws', answer(openSyncSocket));
app.get('/parties/user/:room', answer(openPartySocket));

app.get('/', pageHeaders, page);

app.use(
  tellTime,
  allowOrigins,
  checkOrigin,
  forbidCaching,
  hearOut,
  methodNotAllowed({ app, onMethodNotAllowed }),
);
app.get('/health', health);
app.get('/api/session', answer(describeSession));
app.post('/:namespace/manual-sync', requireNamespace, acceptStoreBody, answer(manualSync));
app.on(
  ['GET', 'PUT', 'PATCH', 'DELETE'],
  '/:namespace/store/*',
  requireNamespace,
  acceptStoreBody,
  answer(plainStore),
);
app.on(['GET', 'PUT'], '/parties/user/:room/store', acceptStoreBody, answer(persistedStore));
app.route('/parties/auth/:namespace', accounts);
app.route('/:namespace', accounts);

/** Answers every public request, on whichever engine. */
export const handleRequest = async (request: Request, host: EdgeHost): Promise<Response> =>
  app.fetch(request, host);
