import type { RecentProof } from '../../operations/auth-room-operations.ts';
import { PATH_HEADER } from '../../operations/proven-access.ts';
import { resultOf } from '../../operations/room-calls.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import type { EdgeContext } from '../environment.ts';
import { readBody, readOptionalBody } from '../request-body.ts';
import { DeletionInput, PasswordChangeInput, RevocationInput } from '../request-schemas.ts';
import {
  callWithSession,
  callWithToken,
  clientInfo,
  confirmation,
  HEADERS_ONLY,
  sharedStoreIn,
} from '../session.ts';
import { readToken } from '../token.ts';

/** Routes that need a session: about the session itself, and about its account. */

export const signOut = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirmation(await callWithSession(context, 'sign-out', {}));

/** Describes the session, with the token that the client sent: the server stores only its hash. */
export async function describeSession(context: EdgeContext): Promise<Result<unknown>> {
  const token = readToken(context.req.raw, HEADERS_ONLY);
  if (!token.ok) return token;
  const proven = await callWithToken(context, token.value, 'session', {});
  if (!proven.ok) return proven;
  const { created_at, expires_at, data, user } = proven.value;
  return succeed({ session: { uuid: token.value.uuid, created_at, expires_at, data }, user });
}

export const listSessions = (context: EdgeContext): Promise<Result<unknown>> =>
  callWithSession(context, 'list-sessions', {});

export async function revokeSession(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readRevocation(context);
  if (!input.ok) return input;
  const details = { ...input.value, id: context.req.param('id') ?? '' };
  return confirmation(await callWithSession(context, 'revoke-session', details));
}

export async function revokeOtherSessions(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readRevocation(context);
  return input.ok
    ? confirmation(await callWithSession(context, 'revoke-other-sessions', input.value))
    : input;
}

/** The body of a DELETE is optional and may be empty. */
async function readRevocation(context: EdgeContext): Promise<Result<RecentProof>> {
  const input = await readOptionalBody(context, RevocationInput);
  if (!input.ok || input.value.password === undefined) return input.ok ? succeed({}) : input;
  return succeed({ password: input.value.password });
}

/** A ticket for a socket to the account's private store, or to the shared store of the path. */
export const createTicket = (context: EdgeContext): Promise<Result<unknown>> =>
  callWithSession(context, 'create-ticket', { store: sharedStoreIn(context) });

export const requestVerification = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirmation(
    await callWithSession(context, 'request-verification', { client: clientInfo(context) }),
  );

export async function changePassword(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, PasswordChangeInput);
  if (!input.ok) return input;
  const details = { ...input.value, client: clientInfo(context) };
  return confirmation(await callWithSession(context, 'change-password', details));
}

export async function deleteAccount(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, DeletionInput);
  if (!input.ok) return input;
  const details = { ...input.value, client: clientInfo(context) };
  return confirmation(await callWithSession(context, 'delete-account', details));
}

/** Responds with the account, its sessions and its store as one download. */
export async function exportAccount(context: EdgeContext): Promise<Result<unknown>> {
  const exported = await callWithSession(context, 'export-account', {});
  if (!exported.ok) return exported;
  const { account, sessions, stores } = exported.value;
  const room = context.env.rooms.user(account.durable_object_name);
  const store = await resultOf(await room.fetch('/store', { headers: { [PATH_HEADER]: '' } }));
  if (!store.ok) return store;
  const opening = JSON.stringify({ account, sessions, stores }).slice(0, -1);
  const body = store.value.body!.pipeThrough(wrapStream(`${opening},"store":`, '}'));
  return succeed(new Response(body, { headers: DOWNLOAD }));
}

const DOWNLOAD = {
  'Content-Type': 'application/json',
  'Content-Disposition': 'attachment; filename="export.json"',
};

/** Adds text before and after a stream. A store may be too large to hold in memory here. */
function wrapStream(before: string, after: string): TransformStream<Uint8Array, Uint8Array> {
  const encoder = new TextEncoder();
  return new TransformStream({
    start: (controller) => controller.enqueue(encoder.encode(before)),
    flush: (controller) => controller.enqueue(encoder.encode(after)),
  });
}
