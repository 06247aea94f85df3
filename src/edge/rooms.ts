import {
  DEVICE_HEADER,
  PATH_HEADER,
  type ProvenDevice,
  type ProvenSession,
  type ProvenWriter,
  WRITER_HEADER,
} from '../operations.ts';
import type { RoomStub } from '../platform.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { resultOf } from '../rpc.ts';
import type { EdgeContext } from './host.ts';
import { checkNamespace } from './input.ts';
import { originAllowed } from './origins.ts';
import {
  ALSO_IN_QUERY,
  type LocatedSession,
  proveSession,
  proveUpgrade,
  requireVerified,
} from './session.ts';

/** Workers' response to an upgrade carries the client's end of the socket. */
type UpgradeResponse = Response & { webSocket?: unknown };

/** `WS /:namespace/ws`: the socket to the room of whoever's session it is. */
export async function openSyncSocket(context: EdgeContext): Promise<Result<Response>> {
  const namespace = checkNamespace(context);
  if (!namespace.ok) return namespace;
  return upgrade(context, 'sync', () => proveUpgrade(context));
}

/** `WS /parties/user/:room`, where PartySocket connects; `?protocol=partykit` for its persister. */
export const openPartySocket = (context: EdgeContext): Promise<Result<Response>> =>
  upgrade(context, context.req.query('protocol') === 'partykit' ? 'partykit' : 'sync', () =>
    proveRoomOwner(context, proveUpgrade(context)),
  );

/** `GET|PUT /parties/user/:room/store`: what TinyBase's PartyKit persister loads and first saves. */
export async function persistedStore(context: EdgeContext): Promise<Result<Response>> {
  const owner = await proveRoomOwner(context, proveSession(context, ALSO_IN_QUERY));
  return owner.ok ? forward(context, owner.value, '/partykit-store') : owner;
}

/** `POST /:namespace/manual-sync`: hands the body on as it streams in. */
export async function manualSync(context: EdgeContext): Promise<Result<Response>> {
  const session = requireVerified(await proveSession(context));
  return session.ok ? forward(context, session.value, '/manual-sync') : session;
}

/** `/:namespace/store…`: the store as plain JSON, or a part of it. */
export async function plainStore(context: EdgeContext): Promise<Result<Response>> {
  const session = requireVerified(await proveSession(context));
  if (!session.ok) return session;
  // Ids may hold anything: not even the router may decode the path.
  const [, , , ...ids] = new URL(context.req.raw.url).pathname.split('/');
  const path = ids.map((id) => `/${id}`).join('');
  return forward(context, session.value, '/store', { [PATH_HEADER]: path });
}

async function proveRoomOwner(
  context: EdgeContext,
  proof: Promise<Result<LocatedSession>>,
): Promise<Result<LocatedSession>> {
  const session = requireVerified(await proof);
  if (!session.ok || session.value.user.durable_object_name === context.req.param('room')) {
    return session;
  }
  return fail('forbidden', 'this room belongs to somebody else');
}

async function upgrade(
  context: EdgeContext,
  protocol: ProvenDevice['protocol'],
  prove: () => Promise<Result<LocatedSession>>,
): Promise<Result<Response>> {
  if (context.req.header('upgrade')?.toLowerCase() !== 'websocket') {
    return fail('upgrade_required', 'this is a WebSocket endpoint');
  }
  if (!originAllowed(context)) return fail('forbidden_origin', 'this origin may not connect');
  const session = requireVerified(await prove());
  if (!session.ok) return session;
  const { session_hash, expires_at } = session.value;
  const device: ProvenDevice = { session_hash, expires_at, protocol };
  const headers = { upgrade: 'websocket', [DEVICE_HEADER]: JSON.stringify(device) };
  const response = await userRoom(context, session.value).fetch('/connect', { headers });
  return succeed(withSubprotocol(context, response));
}

/** Browsers drop a socket whose handshake does not answer the subprotocol that they asked for. */
function withSubprotocol(context: EdgeContext, response: UpgradeResponse): Response {
  if (response.status !== 101) throw new Error(`user room answered ${response.status} to connect`);
  const asked = context.req.header('sec-websocket-protocol')?.split(',') ?? [];
  if (!asked.some((name) => name.trim() === 'tinybase')) return response;
  const headers = { 'Sec-WebSocket-Protocol': 'tinybase' };
  const init = { status: 101, webSocket: response.webSocket, headers };
  return new Response(null, init);
}

/** What a room may need to know of a request beside its path, method and body. */
const FORWARDED_HEADERS = ['content-type', 'content-encoding', 'if-match', 'if-none-match'];

async function forward(
  context: EdgeContext,
  session: LocatedSession,
  path: string,
  headers: Record<string, string> = {},
): Promise<Result<Response>> {
  const { method, body } = context.req.raw;
  headers[WRITER_HEADER] = JSON.stringify(writerOf(session));
  for (const name of FORWARDED_HEADERS) {
    const value = context.req.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return resultOf(await userRoom(context, session).fetch(path, { method, body, headers }));
}

/** The room asks about the session again before it writes: the body may take long to come. */
const writerOf = ({ session_hash, expires_at, shard }: LocatedSession): ProvenWriter => ({
  session_hash,
  expires_at,
  shard,
  proven_at: Date.now(),
});

const userRoom = (context: EdgeContext, session: ProvenSession): RoomStub =>
  context.env.rooms.user(session.user.durable_object_name);
