import { constantTimeEqual } from '@oslojs/crypto/subtle';
import { encodeHexLowerCase } from '@oslojs/encoding';
import type { MiddlewareHandler } from 'hono';
import { OPERATOR_ROOM, type OperatorOperations } from '../../operations/auth-room-operations.ts';
import { call } from '../../operations/room-calls.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { RouteScope } from '../../protocol/http-api/operator-keys.ts';
import type { EdgeContext, EdgeEnv, OperatorAccess } from '../environment.ts';
import { onNotFound, refusal } from '../responses.ts';
import { clientInfo } from '../session.ts';

const NO_KEY = fail('unauthorized', "a key is required: 'Authorization: Bearer KEY'");
const WRONG_KEY = fail('unauthorized', 'this is not a valid key');

/** The form of the keys that the operator has issued. */
const ISSUED = /^thk_[0-9a-f]{64}$/;

/** All that OPERATOR_KEY allows. */
const OPERATOR: OperatorAccess = { key: null, namespace: null, scopes: null };

/** Admits requests with a key to the operator's routes. Without OPERATOR_KEY there are none. */
export const operatorDoor: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  const { OPERATOR_KEY } = context.env.config;
  if (OPERATOR_KEY === undefined) return onNotFound(context);
  const access = await authenticateKey(context, OPERATOR_KEY);
  if (!access.ok) return refusal(access);
  context.set('operator', access.value);
  return next();
};

/** Refuses keys without this scope, and those of another namespace than that of the path. */
export const requireScope =
  (scope: RouteScope): MiddlewareHandler<EdgeEnv> =>
  async (context, next) => {
    const permitted = permit(context.get('operator'), scope, context.req.param('namespace'));
    return permitted.ok ? next() : refusal(permitted);
  };

/** Whether a key allows what a route does. A route without a namespace is about all of them. */
export function permit(
  { namespace, scopes }: OperatorAccess,
  scope: RouteScope,
  inPath: string | undefined,
): Result<unknown> {
  if (scopes !== null && !scopes.some((one) => one === scope)) {
    return fail('forbidden', `the key does not have the scope ${scope}`);
  }
  if (namespace !== null && namespace !== inPath) {
    return fail('forbidden', 'the key is for another namespace');
  }
  return succeed({});
}

/** OPERATOR_KEY takes no call to a room. A right key is never throttled. */
async function authenticateKey(
  context: EdgeContext,
  operatorKey: string,
): Promise<Result<OperatorAccess>> {
  const header = context.req.header('authorization') ?? '';
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (key === undefined) return NO_KEY;
  const hash = await sha256(key);
  if (constantTimeEqual(hash, await sha256(operatorKey))) return succeed(OPERATOR);
  const access = ISSUED.test(key) ? await checkIssued(context, hash) : WRONG_KEY;
  if (access.ok || access.error !== 'unauthorized') return access;
  const { address } = clientInfo(context);
  const counted = await context.env.limitRequests(context.env, address);
  return counted.ok ? access : counted;
}

async function checkIssued(
  { env }: EdgeContext,
  hash: Uint8Array,
): Promise<Result<OperatorAccess>> {
  const room = env.rooms.auth(OPERATOR_ROOM);
  const key_hash = encodeHexLowerCase(hash);
  const checked = await call<OperatorOperations, 'check-key'>(room, 'check-key', { key_hash });
  if (!checked.ok) return checked;
  const { id: key, namespace, scopes } = checked.value;
  return succeed({ key, namespace, scopes });
}

const sha256 = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
