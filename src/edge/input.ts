import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import { readJson } from '../body.ts';
import { isAddress } from '../protocol/address.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { isNamespace, RESERVED_NAMESPACES } from '../protocol/paths.ts';
import { MAX_BODY_BYTES } from './body.ts';
import type { EdgeContext, EdgeEnv } from './host.ts';
import { refusal } from './respond.ts';

const Email = v.pipe(
  v.string('must be a string'),
  v.trim(),
  v.check(isAddress, 'is no e-mail address'),
);

const Password = v.pipe(
  v.string('must be a string'),
  v.minLength(1, 'is empty'),
  v.maxLength(1_024, 'is too long'),
);

/** A token from a mail; whether it is one, its auth room says. */
const Token = v.pipe(v.string('must be a string'), v.maxLength(64, 'is too long'));

export const Credentials = v.object({ email: Email, password: Password });
export const Address = v.object({ email: Email });
export const Verification = v.object({ token: Token, password: v.optional(Password) });
export const Reset = v.object({
  token: Token,
  new_password: Password,
  empty_store: v.optional(v.boolean('must be a boolean')),
});
export const Revocation = v.object({ password: v.optional(Password) });
export const Deletion = v.object({ password: Password });
export const PasswordChange = v.object({
  current_password: Password,
  new_password: Password,
  end_other_sessions: v.optional(v.boolean('must be a boolean'), true),
});

export const requireNamespace: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  const checked = checkNamespace(context);
  return checked.ok ? next() : refusal(checked);
};

export function checkNamespace(context: EdgeContext): Result<string> {
  const namespace = context.req.param('namespace') ?? '';
  if (isNamespace(namespace)) return succeed(namespace);
  if (RESERVED_NAMESPACES.has(namespace)) return fail('not_found', 'nothing answers here');
  const message = 'a namespace has 1 to 63 of a-z, 0-9 and -, and does not start with -';
  return fail('invalid_field', message, { field: 'namespace' });
}

/** Reads a JSON body against a schema; the failure names the first field that does not fit. */
export async function readBody<Schema extends v.GenericSchema>(
  context: EdgeContext,
  schema: Schema,
): Promise<Result<v.InferOutput<Schema>>> {
  const json = await readJson(context.req.raw, MAX_BODY_BYTES);
  if (!json.ok) return json;
  const body = json.value;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return fail('bad_request', 'the body has to be a JSON object');
  }
  const parsed = v.safeParse(schema, body, { abortEarly: true });
  if (parsed.success) return succeed(parsed.output);
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? '';
  const reason = field in body ? issue.message : 'is missing';
  return fail('invalid_field', `${field} ${reason}`, { field });
}
