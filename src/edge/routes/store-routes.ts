import {
  headerJson,
  PATH_HEADER,
  type ProvenWriter,
  QUERY_HEADER,
  WRITER_HEADER,
} from '../../operations/proven-access.ts';
import { resultOf } from '../../operations/room-calls.ts';
import type { RoomStub } from '../../platform.ts';
import type { Result } from '../../protocol/errors.ts';
import type { EdgeContext } from '../environment.ts';
import { encodedPath } from '../mount/mount-point.ts';
import { authenticate, HEADERS_ONLY, HEADERS_OR_QUERY } from '../session.ts';
import { type StoreAccess, storeAccess } from '../store-access.ts';
import type { TokenPlaces } from '../token.ts';

/** `GET|PUT /parties/user/:room/store`: the content of TinyBase's PartyKit persister. */
export const partyKitStore = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/partykit-store', HEADERS_OR_QUERY);

/** `POST …/manual-sync`: streams the body to the store's room. */
export const manualSync = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/manual-sync');

/** `GET …/snapshot`: a full copy for the client, see src/room/http/snapshot.ts. */
export const snapshot = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/snapshot');

/** `…/store…`: reads or changes the store, or a part of it, as plain JSON. */
export function jsonStore(context: EdgeContext): Promise<Result<Response>> {
  const isShared = context.req.param('store') !== undefined;
  const segments = isShared ? SHARED_STORE_SEGMENTS : STORE_SEGMENTS;
  const path = pathAfter(context, segments);
  return forward(context, '/store', HEADERS_ONLY, { [PATH_HEADER]: path });
}

/** The rest of the path after so many segments. Ids may hold any character, so it is not decoded. */
export const pathAfter = (context: EdgeContext, segments: number): string =>
  encodedPath(context)
    .split('/')
    .slice(segments)
    .map((id) => `/${id}`)
    .join('');

/** `GET …/store/history`: the moments of the store, see src/room/http/history-routes.ts. */
export const storeHistory = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/history');

/** `POST …/store/restore`: writes what the store was at a moment. */
export const restoreStore = (context: EdgeContext): Promise<Result<Response>> =>
  forward(context, '/restore');

/** The segments of `/:namespace/store`, and of `/:namespace/stores/:store/store`. */
const STORE_SEGMENTS = 3;
const SHARED_STORE_SEGMENTS = 5;

/** The parts of a query that a room reads. None may be a token. */
const FORWARDED_QUERY = ['at', 'before', 'limit'];

/** The request headers that a room reads, apart from those that the edge itself sets. */
const FORWARDED_HEADERS = [
  'accept-encoding',
  'content-type',
  'content-encoding',
  'if-match',
  'if-none-match',
];

/** Passes a request on to the room of the store that its path names. */
async function forward(
  context: EdgeContext,
  path: string,
  places: TokenPlaces = HEADERS_ONLY,
  headers: Record<string, string> = {},
): Promise<Result<Response>> {
  const access = storeAccess(context, await authenticate(context, places));
  if (!access.ok) return access;
  return forwardAs(context, writerOf(access.value), access.value.room, path, headers);
}

/** Passes a request on to the room of a store, for a session or an operator. */
export async function forwardAs(
  context: EdgeContext,
  writer: ProvenWriter,
  room: RoomStub,
  path: string,
  headers: Record<string, string>,
): Promise<Result<Response>> {
  const { method, body } = context.req.raw;
  headers[WRITER_HEADER] = headerJson(writer);
  const query = new URLSearchParams();
  for (const name of FORWARDED_QUERY) {
    const value = context.req.query(name);
    if (value !== undefined) query.set(name, value);
  }
  if (query.size > 0) headers[QUERY_HEADER] = `${query}`;
  for (const name of FORWARDED_HEADERS) {
    const value = context.req.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return resultOf(await room.fetch(path, { method, body, headers }));
}

/** The body may take long to arrive, so the room checks the session again before it writes. */
const writerOf = ({ session, member, owner }: StoreAccess): ProvenWriter => ({
  session_hash: session.session_hash,
  expires_at: session.expires_at,
  shard: session.shard,
  proven_at: Date.now(),
  member,
  owner,
});
