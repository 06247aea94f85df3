import { DEVICE_HEADER, headerJson, type ProvenDevice } from '../../operations/proven-access.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { EdgeContext } from '../environment.ts';
import { checkNamespace } from '../middleware/namespace.ts';
import { originAllowed } from '../middleware/origins.ts';
import { authenticateUpgrade } from '../session.ts';
import { storeAccess } from '../store-access.ts';

/** On Workers, the response to an upgrade carries the client's end of the socket. */
type UpgradeResponse = Response & { webSocket?: unknown };

/** `GET /:namespace/ws` and `GET /:namespace/stores/:store/ws`: opens a socket to a store's room. */
export async function openSyncSocket(context: EdgeContext): Promise<Result<Response>> {
  const namespace = checkNamespace(context);
  if (!namespace.ok) return namespace;
  return upgrade(context, 'sync');
}

/**
 * `GET /parties/user/:room`: opens the socket of a PartySocket. `?protocol=partykit` selects the
 * protocol of TinyBase's PartyKit persister.
 */
export const openRoomSocket = (context: EdgeContext): Promise<Result<Response>> =>
  upgrade(context, context.req.query('protocol') === 'partykit' ? 'partykit' : 'sync');

async function upgrade(
  context: EdgeContext,
  protocol: ProvenDevice['protocol'],
): Promise<Result<Response>> {
  if (context.req.header('upgrade')?.toLowerCase() !== 'websocket') {
    return fail('upgrade_required', 'this is a WebSocket endpoint');
  }
  if (!originAllowed(context)) return fail('forbidden_origin', 'this origin may not connect');
  const access = storeAccess(context, await authenticateUpgrade(context));
  if (!access.ok) return access;
  const { room, session, member, owner } = access.value;
  const { session_hash, expires_at } = session;
  const resumes = protocol === 'sync' && context.req.query('resume') === '1';
  const device: ProvenDevice = { session_hash, expires_at, protocol, resumes, member, owner };
  const headers = { upgrade: 'websocket', [DEVICE_HEADER]: headerJson(device) };
  const response = await room.fetch('/connect', { headers });
  return succeed(withSubprotocol(context, response));
}

/** Browsers drop a socket if the handshake does not accept the subprotocol that they offered. */
function withSubprotocol(context: EdgeContext, response: UpgradeResponse): Response {
  if (response.status !== 101) throw new Error(`user room answered ${response.status} to connect`);
  const offered = context.req.header('sec-websocket-protocol')?.split(',') ?? [];
  if (!offered.some((name) => name.trim() === 'tinybase')) return response;
  const headers = { 'Sec-WebSocket-Protocol': 'tinybase' };
  const init = { status: 101, webSocket: response.webSocket, headers };
  return new Response(null, init);
}
