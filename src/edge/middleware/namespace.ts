import type { MiddlewareHandler } from 'hono';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { isNamespace, RESERVED_NAMESPACES } from '../../protocol/http-api/namespaces.ts';
import type { EdgeContext, EdgeEnv } from '../environment.ts';
import { refusal } from '../responses.ts';

export const requireNamespace: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  const checked = checkNamespace(context);
  return checked.ok ? next() : refusal(checked);
};

export function checkNamespace(context: EdgeContext): Result<string> {
  const namespace = context.req.param('namespace') ?? '';
  if (isNamespace(namespace)) return succeed(namespace);
  if (RESERVED_NAMESPACES.has(namespace)) return fail('not_found', 'this path is reserved');
  const message = 'a namespace has 1 to 63 of a-z, 0-9 and -, and does not start with -';
  return fail('invalid_field', message, { field: 'namespace' });
}
