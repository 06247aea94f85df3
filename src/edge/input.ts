import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as v from 'valibot';
import { isAddress } from '../protocol/address.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { isNamespace, RESERVED_NAMESPACES } from '../protocol/paths.ts';
import type { EdgeContext, EdgeEnv } from './host.ts';
import { refusal } from './respond.ts';

/** Bytes that the JSON body of an account route may have. */
const MAX_BODY_BYTES = 16_384;

/** How much of a refused body is still read, and thrown away. */
const MAX_DRAINED_BYTES = 134_217_728;

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
export const Verification = v.object({ token: Token });
export const Reset = v.object({ token: Token, new_password: Password });
export const Deletion = v.object({ password: Password });
export const PasswordChange = v.object({
  current_password: Password,
  new_password: Password,
  end_other_sessions: v.optional(v.boolean('must be a boolean'), true),
});

/** Refuses bodies over `bytes` (0 for any size) before anything reads them whole. */
export const limitBody = (bytes: number): MiddlewareHandler<EdgeEnv> =>
  bodyLimit({
    maxSize: bytes || Number.POSITIVE_INFINITY,
    onError: async (context) => {
      await drain(context.req.raw.body, MAX_DRAINED_BYTES);
      return refusal(fail('payload_too_large', `the body is over ${bytes} bytes`));
    },
  });

/** A client that is still sending sees a broken connection, not the refusal, unless it is heard out. */
async function drain(body: ReadableStream<Uint8Array> | null, bytes: number): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  let left = bytes;
  while (left > 0) {
    const { done, value } = await reader.read();
    if (done) return;
    left -= value.byteLength;
  }
}

export const limitAccountBody = limitBody(MAX_BODY_BYTES);

/** For bodies that may carry a whole store. */
export const limitStoreBody: MiddlewareHandler<EdgeEnv> = (context, next) =>
  limitBody(context.env.config.MAX_SYNC_BYTES)(context, next);

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
  let body: unknown;
  try {
    body = JSON.parse(await context.req.text());
  } catch {
    return fail('invalid_json', 'the body is not JSON');
  }
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
