import type { AddressQuery, AuthOperations, Credentials, TokenUse } from '../operations.ts';
import { accountShard } from '../protocol/account-shard.ts';
import { fail, type Result } from '../protocol/errors.ts';
import { shardOf } from '../protocol/located-uuid.ts';
import { call } from '../rpc.ts';
import type { EdgeContext } from './host.ts';
import {
  Address,
  Credentials as CredentialsInput,
  Reset,
  readBody,
  Verification,
} from './input.ts';
import { clientInfo, confirm } from './session.ts';

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
  return input.ok ? confirm(await askByToken(context, 'reset-password', input.value)) : input;
}

export async function verifyAddress(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, Verification);
  return input.ok ? confirm(await askByToken(context, 'verify-address', input.value)) : input;
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
  const shard = shardOf(details.token);
  if (!shard) return fail('invalid_token', 'this is no token from a mail', { field: 'token' });
  const namespace = context.req.param('namespace') ?? '';
  const client = clientInfo(context);
  const input = { ...details, namespace, client } as AuthOperations[Name]['input'];
  return call<AuthOperations, Name>(context.env.rooms.auth(shard), name, input);
}
