import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { type AllowedOrigins, listsOrigin } from '../../config/allowed-origins.ts';
import { fail } from '../../protocol/errors.ts';
import type { EdgeContext, EdgeEnv } from '../environment.ts';
import { refusal } from '../responses.ts';

/** How long a browser may cache a preflight response, in seconds. */
const PREFLIGHT_SECONDS = 86_400;

/** Whether pages of an origin may use the service: its own and those of ALLOWED_ORIGINS may. */
export const isAllowedOrigin = (
  origin: string,
  ownOrigin: string,
  allowed: AllowedOrigins,
): boolean => origin === ownOrigin || listsOrigin(allowed, origin);

/** Requests without an Origin header do not come from a page and are allowed. */
export function originAllowed(context: EdgeContext): boolean {
  const origin = context.req.header('origin');
  if (!origin) return true;
  const own = new URL(context.req.url).origin;
  return isAllowedOrigin(origin, own, context.env.config.ALLOWED_ORIGINS);
}

export const checkOrigin: MiddlewareHandler<EdgeEnv> = async (context, next) =>
  originAllowed(context)
    ? next()
    : refusal(fail('forbidden_origin', 'this origin may not use this service'));

const HEADERS = {
  allowHeaders: [
    'Authorization',
    'Content-Encoding',
    'Content-Type',
    'X-Session-UUID',
    'If-Match',
    'If-None-Match',
  ],
  exposeHeaders: ['ETag', 'Retry-After', 'Allow', 'Accept-Patch', 'Date'],
  maxAge: PREFLIGHT_SECONDS,
};

const anyOrigin = cors({ ...HEADERS, origin: '*' });

const listedOrigins = cors({
  ...HEADERS,
  origin: (origin, context: EdgeContext) => (originAllowed(context) ? origin : null),
});

/** Adds CORS headers after the response is made: headers set earlier would force a copy of it. */
export const allowOrigins: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  const allow = context.env.config.ALLOWED_ORIGINS.includes('*') ? anyOrigin : listedOrigins;
  if (context.req.method === 'OPTIONS') return allow(context, next);
  await next();
  await allow(context, async () => undefined);
};

/** Responses are about one session, so no cache may store them. */
export const forbidCaching: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  context.res.headers.set('Cache-Control', 'no-store');
};

/** Sets the `Date` header. Devices correct their clocks by it. */
export const setDate: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  context.res.headers.set('Date', new Date().toUTCString());
};
