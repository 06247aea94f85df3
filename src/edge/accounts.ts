import type { AddressQuery, AuthOperations, Credentials, TokenUse } from '../operations.ts';
import { accountShard } from '../protocol/account-shard.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { shardOfToken } from '../protocol/located-uuid.ts';
import { call } from '../rpc.ts';
import type { EdgeContext } from './host.ts';
import {
  Address,
  Credentials as CredentialsInput,
  Reset,
  readBody,
  Verification,
} from './input.ts';
import { clientInfo, confirm, IN_HEADERS } from './session.ts';
import { readToken } from './token.ts';

/** What is asked for without a session: by an address, or by a token from a mail. */

export async function signUp(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, CredentialsInput);
  return input.ok ? confirm(await askAbout(context, 'sign-up', input.value)) : input;
}

export async function signIn(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, CredentialsInput);
  return input.ok ? askAbout(context, 'sign-in', input.value) : input;
}

export async function requestReset(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, Address);
  return input.ok ? confirm(await askAbout(context, 'request-reset', input.value)) : input;
}

export async function resetPassword(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, Reset);
  if (!input.ok) return input;
  const reset = await askByToken(context, 'reset-password', input.value);
  return reset.ok ? succeed({ success: true, ...reset.value }) : reset;
}

export async function verifyAddress(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, Verification);
  if (!input.ok) return input;
  const details: Routed<AuthOperations['verify-address']['input']> = input.value;
  const session = readToken(context.req.raw, IN_HEADERS);
  if (!session.ok && session.error === 'ambiguous_token') return session;
  if (session.ok) details.session_uuid = session.value.uuid;
  return confirm(await askByToken(context, 'verify-address', details));
}

type Routed<Input> = Omit<Input, 'namespace' | 'shard' | 'client'>;

/** Asks the auth room of the account that an address has in this namespace. */
async function askAbout<Name extends 'sign-up' | 'sign-in' | 'request-reset'>(
  context: EdgeContext,
  name: Name,
  details: Routed<Name extends 'request-reset' ? AddressQuery : Credentials>,
): Promise<Result<AuthOperations[Name]['output']>> {
  const namespace = context.req.param('namespace') ?? '';
  const shard = await accountShard(namespace, details.email);
  const client = clientInfo(context);
  const room = context.env.rooms.auth(shard);
  const input = { ...details, namespace, shard, client } as AuthOperations[Name]['input'];
  return call<AuthOperations, Name>(room, name, input);
}

/** Asks the auth room that a token from a mail lives in. */
async function askByToken<Name extends 'reset-password' | 'verify-address'>(
  context: EdgeContext,
  name: Name,
  details: Routed<AuthOperations[Name]['input']> & Pick<TokenUse, 'token'>,
): Promise<Result<AuthOperations[Name]['output']>> {
  const shard = shardOfToken(details.token);
  if (!shard) return fail('invalid_token', 'this is no token from a mail', { field: 'token' });
  const namespace = context.req.param('namespace') ?? '';
  const client = clientInfo(context);
  const input = { ...details, namespace, client } as AuthOperations[Name]['input'];
  return call<AuthOperations, Name>(context.env.rooms.auth(shard), name, input);
}
