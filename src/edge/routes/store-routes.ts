import type { Result } from '../../protocol/errors.ts';
import { resultOf } from '../../room-calls.ts';
import { PATH_HEADER, type ProvenWriter, WRITER_HEADER } from '../../room-operations.ts';
import type { EdgeContext } from '../environment.ts';
import { encodedPath } from '../mount/mount-point.ts';
import {
  type AuthenticatedSession,
  authenticate,
  HEADERS_OR_QUERY,
  requireRoomOwner,
  requireVerified,
  userRoom,
} from '../session.ts';

/** `GET|PUT /parties/user/:room/store`: the content of TinyBase's PartyKit persister. */
export async function partyKitStore(context: EdgeContext): Promise<Result<Response>> {
  const owner = await requireRoomOwner(context, authenticate(context, HEADERS_OR_QUERY));
  return owner.ok ? forward(context, owner.value, '/partykit-store') : owner;
}

/** `POST /:namespace/manual-sync`: streams the body to the user's room. */
export async function manualSync(context: EdgeContext): Promise<Result<Response>> {
  const session = requireVerified(await authenticate(context));
  return session.ok ? forward(context, session.value, '/manual-sync') : session;
}

/** `/:namespace/store…`: reads or changes the store, or a part of it, as plain JSON. */
export async function jsonStore(context: EdgeContext): Promise<Result<Response>> {
  const session = requireVerified(await authenticate(context));
  if (!session.ok) return session;
  // Ids may hold any character, so the router must not decode the path.
  const [, , , ...ids] = encodedPath(context).split('/');
  const path = ids.map((id) => `/${id}`).join('');
  return forward(context, session.value, '/store', { [PATH_HEADER]: path });
}

/** `GET /:namespace/snapshot`: a full copy for the client, see src/room/http/snapshot.ts. */
export async function snapshot(context: EdgeContext): Promise<Result<Response>> {
  const session = requireVerified(await authenticate(context));
  return session.ok ? forward(context, session.value, '/snapshot') : session;
}

/** The request headers that a room reads, apart from those that the edge itself sets. */
const FORWARDED_HEADERS = [
  'accept-encoding',
  'content-type',
  'content-encoding',
  'if-match',
  'if-none-match',
];

async function forward(
  context: EdgeContext,
  session: AuthenticatedSession,
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

/** The body may take long to arrive, so the room checks the session again before it writes. */
const writerOf = ({ session_hash, expires_at, shard }: AuthenticatedSession): ProvenWriter => ({
  session_hash,
  expires_at,
  shard,
  proven_at: Date.now(),
});
