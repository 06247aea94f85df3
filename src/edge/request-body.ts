import * as v from 'valibot';
import { readJson } from '../body/read-body.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import type { EdgeContext } from './environment.ts';
import { MAX_ACCOUNT_BODY_BYTES } from './middleware/body-headers.ts';

/** Reads a JSON body and validates it. The failure names the first invalid field. */
export async function readBody<Schema extends v.GenericSchema>(
  context: EdgeContext,
  schema: Schema,
): Promise<Result<v.InferOutput<Schema>>> {
  const json = await readJson(context.req.raw, MAX_ACCOUNT_BODY_BYTES);
  return json.ok ? validate(schema, json.value) : json;
}

/** The same, where no body means an empty object. */
export async function readOptionalBody<Schema extends v.GenericSchema>(
  context: EdgeContext,
  schema: Schema,
): Promise<Result<v.InferOutput<Schema>>> {
  const { body, headers } = context.req.raw;
  const isEmpty = !body || headers.get('content-length') === '0';
  return isEmpty ? validate(schema, {}) : readBody(context, schema);
}

function validate<Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): Result<v.InferOutput<Schema>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return fail('bad_request', 'the body must be a JSON object');
  }
  const parsed = v.safeParse(schema, body, { abortEarly: true });
  if (parsed.success) return succeed(parsed.output);
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? '';
  // JSON has no undefined.
  const reason = issue.input === undefined ? 'is missing' : issue.message;
  return fail('invalid_field', `${field} ${reason}`, { field });
}
