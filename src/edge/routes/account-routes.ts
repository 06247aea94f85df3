import { accountShard } from '../../account-shard.ts';
import { listsNamespace } from '../../config/namespaces.ts';
import { shardOfToken } from '../../located-token.ts';
import type {
  AccountsOperations,
  AddressQuery,
  Credentials as CredentialsQuery,
  TokenUse,
} from '../../operations/auth-room-operations.ts';
import { call } from '../../operations/room-calls.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { EdgeContext } from '../environment.ts';
import { readBody } from '../request-body.ts';
import { CredentialsInput, EmailInput, ResetInput, VerificationInput } from '../request-schemas.ts';
import { clientInfo, confirmation, HEADERS_ONLY } from '../session.ts';
import { readToken } from '../token.ts';

/** Account routes that need no session: they take an e-mail address or a token from a mail. */

export const UNKNOWN_NAMESPACE = fail(
  'namespace_unknown',
  'no accounts can be created in this namespace: the NAMESPACES of this service do not list it',
);

/** Only here does NAMESPACES count: without accounts, the other routes find nothing. */
export async function signUp(context: EdgeContext): Promise<Result<unknown>> {
  const { NAMESPACES } = context.env.config;
  if (!listsNamespace(NAMESPACES, context.req.param('namespace') ?? '')) return UNKNOWN_NAMESPACE;
  const input = await readBody(context, CredentialsInput);
  if (!input.ok) return input;
  const created = await callByEmail(context, 'sign-up', input.value);
  return created.ok ? succeed({ success: true, ...created.value }) : created;
}

export async function signIn(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, CredentialsInput);
  return input.ok ? callByEmail(context, 'sign-in', input.value) : input;
}

export async function requestReset(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, EmailInput);
  return input.ok ? confirmation(await callByEmail(context, 'request-reset', input.value)) : input;
}

export async function resetPassword(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, ResetInput);
  if (!input.ok) return input;
  const reset = await callByMailToken(context, 'reset-password', input.value);
  return reset.ok ? succeed({ success: true, ...reset.value }) : reset;
}

export async function verifyAddress(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, VerificationInput);
  if (!input.ok) return input;
  const details: Routed<AccountsOperations['verify-address']['input']> = input.value;
  const session = readToken(context.req.raw, HEADERS_ONLY);
  if (!session.ok && session.error === 'ambiguous_token') return session;
  if (session.ok) details.session_uuid = session.value.uuid;
  return confirmation(await callByMailToken(context, 'verify-address', details));
}

type Routed<Input> = Omit<Input, 'namespace' | 'shard' | 'client'>;

/** Calls the auth room that is responsible for an e-mail address in this namespace. */
async function callByEmail<Name extends 'sign-up' | 'sign-in' | 'request-reset'>(
  context: EdgeContext,
  name: Name,
  details: Routed<Name extends 'request-reset' ? AddressQuery : CredentialsQuery>,
): Promise<Result<AccountsOperations[Name]['output']>> {
  const namespace = context.req.param('namespace') ?? '';
  const shard = await accountShard(namespace, details.email);
  const client = clientInfo(context);
  const room = context.env.rooms.auth(shard);
  const input = { ...details, namespace, shard, client } as AccountsOperations[Name]['input'];
  return call<AccountsOperations, Name>(room, name, input);
}

/** Calls the auth room that issued a token from a mail. */
async function callByMailToken<Name extends 'reset-password' | 'verify-address'>(
  context: EdgeContext,
  name: Name,
  details: Routed<AccountsOperations[Name]['input']> & Pick<TokenUse, 'token'>,
): Promise<Result<AccountsOperations[Name]['output']>> {
  const shard = shardOfToken(details.token);
  if (!shard) return fail('invalid_token', 'this is not a token from a mail', { field: 'token' });
  const namespace = context.req.param('namespace') ?? '';
  const client = clientInfo(context);
  const input = { ...details, namespace, client } as AccountsOperations[Name]['input'];
  return call<AccountsOperations, Name>(context.env.rooms.auth(shard), name, input);
}
