import type { MiddlewareHandler } from 'hono';
import { drain } from '../body.ts';
import { bodyKind, isGzipped, PATCH_TYPES } from '../media-type.ts';
import { fail } from '../protocol/errors.ts';
import type { EdgeEnv } from './host.ts';
import { refusal } from './respond.ts';

/** Bytes that the JSON body of an account route may have. */
export const MAX_BODY_BYTES = 16_384;

/** Looks at what the headers say of a body; whoever reads it counts its bytes once more. */
export const acceptBody =
  (maxBytes: number): MiddlewareHandler<EdgeEnv> =>
  async ({ req }, next) => {
    const length = req.header('content-length');
    if (!req.raw.body || length === '0') return next();
    if (maxBytes > 0 && Number(length ?? 0) > maxBytes) {
      return refusal(fail('payload_too_large', `the body is over ${maxBytes} bytes`));
    }
    if (isGzipped(req.header('content-encoding') ?? null) === undefined) return UNKNOWN_CODING();
    const kind = bodyKind(req.header('content-type') ?? null);
    if (req.method === 'PATCH') return kind ? next() : UNKNOWN_PATCH();
    return kind === 'json' ? next() : UNKNOWN_TYPE();
  };

export const acceptAccountBody = acceptBody(MAX_BODY_BYTES);

/** For bodies that may carry a whole store. */
export const acceptStoreBody: MiddlewareHandler<EdgeEnv> = (context, next) =>
  acceptBody(context.env.config.MAX_SYNC_BYTES)(context, next);

const unsupported = (message: string, headers: Record<string, string>) => () =>
  refusal(fail('unsupported_media_type', message), headers);

const UNKNOWN_TYPE = unsupported('the body has to be application/json in UTF-8', {
  Accept: 'application/json',
});

const UNKNOWN_PATCH = unsupported(`a patch is one of ${PATCH_TYPES}, in UTF-8`, {
  'Accept-Patch': PATCH_TYPES,
});

/** As RFC 7694 has it. */
const UNKNOWN_CODING = unsupported('a body may be gzipped, and nothing else', {
  'Accept-Encoding': 'gzip',
});

/** Has a refused client finish sending before it is answered. */
export const hearOut: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  const { body } = context.req.raw;
  if (context.res.status >= 400 && body && !body.locked) await drain(body.getReader());
};
