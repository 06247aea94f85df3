import { PATH_HEADER, type RecentProof } from '../operations.ts';
import { type Result, succeed } from '../protocol/errors.ts';
import { resultOf } from '../rpc.ts';
import type { EdgeContext } from './host.ts';
import { Deletion, PasswordChange, Revocation, readBody } from './input.ts';
import { askAs, askWith, clientInfo, confirm, IN_HEADERS } from './session.ts';
import { readToken } from './token.ts';

/** What somebody with a session asks for about it, and about their account. */

export const signOut = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirm(await askAs(context, 'sign-out', {}));

/** The session as the client sees it: with its own token, which no part of the server stores. */
export async function describeSession(context: EdgeContext): Promise<Result<unknown>> {
  const token = readToken(context.req.raw, IN_HEADERS);
  if (!token.ok) return token;
  const proven = await askWith(context, token.value, 'session', {});
  if (!proven.ok) return proven;
  const { created_at, expires_at, data, user } = proven.value;
  return succeed({ session: { uuid: token.value.uuid, created_at, expires_at, data }, user });
}

export const listSessions = (context: EdgeContext): Promise<Result<unknown>> =>
  askAs(context, 'list-sessions', {});

export async function revokeSession(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readRevocation(context);
  if (!input.ok) return input;
  const details = { ...input.value, id: context.req.param('id') ?? '' };
  return confirm(await askAs(context, 'revoke-session', details));
}

export async function revokeOtherSessions(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readRevocation(context);
  return input.ok ? confirm(await askAs(context, 'revoke-other-sessions', input.value)) : input;
}

/** A DELETE may come without a body, or with an empty one. */
async function readRevocation(context: EdgeContext): Promise<Result<RecentProof>> {
  const { body, headers } = context.req.raw;
  if (!body || headers.get('content-length') === '0') return succeed({});
  const input = await readBody(context, Revocation);
  if (!input.ok || input.value.password === undefined) return input.ok ? succeed({}) : input;
  return succeed({ password: input.value.password });
}

export const createTicket = (context: EdgeContext): Promise<Result<unknown>> =>
  askAs(context, 'create-ticket', {});

export const requestVerification = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirm(await askAs(context, 'request-verification', { client: clientInfo(context) }));

export async function changePassword(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, PasswordChange);
  if (!input.ok) return input;
  const details = { ...input.value, client: clientInfo(context) };
  return confirm(await askAs(context, 'change-password', details));
}

export async function deleteAccount(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, Deletion);
  if (!input.ok) return input;
  const details = { ...input.value, client: clientInfo(context) };
  return confirm(await askAs(context, 'delete-account', details));
}

/** Everything there is of an account, as one download. */
export async function exportAccount(context: EdgeContext): Promise<Result<unknown>> {
  const exported = await askAs(context, 'export-account', {});
  if (!exported.ok) return exported;
  const { account, sessions } = exported.value;
  const room = context.env.rooms.user(account.durable_object_name);
  const store = await resultOf(await room.fetch('/store', { headers: { [PATH_HEADER]: '' } }));
  if (!store.ok) return store;
  const opening = JSON.stringify({ account, sessions }).slice(0, -1);
  const body = store.value.body!.pipeThrough(between(`${opening},"store":`, '}'));
  return succeed(new Response(body, { headers: DOWNLOAD }));
}

const DOWNLOAD = {
  'Content-Type': 'application/json',
  'Content-Disposition': 'attachment; filename="export.json"',
};

/** Puts text around a stream: a store may be too large to hold it here. */
function between(before: string, after: string): TransformStream<Uint8Array, Uint8Array> {
  const encoder = new TextEncoder();
  return new TransformStream({
    start: (controller) => controller.enqueue(encoder.encode(before)),
    flush: (controller) => controller.enqueue(encoder.encode(after)),
  });
}
