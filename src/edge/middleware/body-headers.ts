import type { MiddlewareHandler } from 'hono';
import { bodyKind, isGzipped, PATCH_TYPES } from '../../body/media-type.ts';
import { drainUnread } from '../../body/read-body.ts';
import { fail } from '../../protocol/errors.ts';
import type { EdgeEnv } from '../environment.ts';
import { refusal } from '../responses.ts';

/** Maximum size of an account route's JSON body, in bytes. */
export const MAX_ACCOUNT_BODY_BYTES = 16_384;

/** Checks the headers that describe a body. Its reader enforces the size limit again. */
export const checkBodyHeaders =
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

export const checkAccountBody = checkBodyHeaders(MAX_ACCOUNT_BODY_BYTES);

/** For bodies that can hold a whole store. */
export const checkStoreBody: MiddlewareHandler<EdgeEnv> = (context, next) =>
  checkBodyHeaders(context.env.config.MAX_SYNC_BYTES)(context, next);

const unsupported = (message: string, headers: Record<string, string>) => () =>
  refusal(fail('unsupported_media_type', message), headers);

const UNKNOWN_TYPE = unsupported('the body must be application/json in UTF-8', {
  Accept: 'application/json',
});

const UNKNOWN_PATCH = unsupported(`a patch must be one of ${PATCH_TYPES}, in UTF-8`, {
  'Accept-Patch': PATCH_TYPES,
});

/** RFC 7694 defines `Accept-Encoding` in a response. */
const UNKNOWN_CODING = unsupported('the only supported content coding is gzip', {
  'Accept-Encoding': 'gzip',
});

/** Reads the rest of a refused request's body, so that its client sees the response. */
export const drainRefusedBody: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  if (context.res.status >= 400) await drainUnread(context.req.raw);
};
