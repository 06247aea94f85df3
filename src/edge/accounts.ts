import type { AuthOperations } from '../operations.ts';
import { accountShard } from '../protocol/account-shard.ts';
import { type Result, succeed } from '../protocol/errors.ts';
import { call } from '../rpc.ts';
import type { EdgeContext } from './host.ts';
import { Credentials, readBody } from './input.ts';
import { clientInfo, IN_HEADERS, lookUp } from './session.ts';
import { readToken } from './token.ts';

export async function signUp(context: EdgeContext): Promise<Result<unknown>> {
  const signedUp = await withCredentials(context, 'sign-up');
  return signedUp.ok ? succeed({ success: true, message: signedUp.value.message }) : signedUp;
}

export const signIn = (context: EdgeContext): Promise<Result<unknown>> =>
  withCredentials(context, 'sign-in');

export async function signOut(context: EdgeContext): Promise<Result<unknown>> {
  const token = readToken(context.req.raw, IN_HEADERS);
  if (!token.ok) return token;
  const room = context.env.rooms.auth(token.value.shard);
  const signedOut = await call<AuthOperations, 'sign-out'>(room, 'sign-out', {
    session_uuid: token.value.uuid,
    namespace: context.req.param('namespace'),
  });
  return signedOut.ok ? succeed({ success: true, message: signedOut.value.message }) : signedOut;
}

/** The session as the client sees it: with its own token, which no part of the server stores. */
export async function describeSession(context: EdgeContext): Promise<Result<unknown>> {
  const token = readToken(context.req.raw, IN_HEADERS);
  if (!token.ok) return token;
  const proven = await lookUp(context, token.value);
  if (!proven.ok) return proven;
  const { created_at, expires_at, data, user } = proven.value;
  return succeed({ session: { uuid: token.value.uuid, created_at, expires_at, data }, user });
}

async function withCredentials<Name extends 'sign-up' | 'sign-in'>(
  context: EdgeContext,
  name: Name,
): Promise<Result<AuthOperations[Name]['output']>> {
  const input = await readBody(context, Credentials);
  if (!input.ok) return input;
  const namespace = context.req.param('namespace') ?? '';
  const shard = await accountShard(namespace, input.value.email);
  const client = clientInfo(context);
  const room = context.env.rooms.auth(shard);
  return call<AuthOperations, Name>(room, name, { ...input.value, namespace, shard, client });
}
