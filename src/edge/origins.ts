import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { type AllowedOrigins, listsOrigin } from '../allowed-origins.ts';
import { fail } from '../protocol/errors.ts';
import type { EdgeContext, EdgeEnv } from './host.ts';
import { refusal } from './respond.ts';

/** How long a browser may keep the answer to a preflight, in seconds. */
const PREFLIGHT_SECONDS = 86_400;

/** Whether a page of this origin may talk to us: always our own, and what ALLOWED_ORIGINS lists. */
export const isAllowedOrigin = (
  origin: string,
  ownOrigin: string,
  allowed: AllowedOrigins,
): boolean => origin === ownOrigin || listsOrigin(allowed, origin);

/** Requests without an Origin header come from no browser and pass. */
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

/** Adds its headers when the answer is there: those set before would have every answer copied. */
export const allowOrigins: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  const allow = context.env.config.ALLOWED_ORIGINS.includes('*') ? anyOrigin : listedOrigins;
  if (context.req.method === 'OPTIONS') return allow(context, next);
  await next();
  await allow(context, async () => undefined);
};

/** Everything here is about one session, so nothing may keep a copy. */
export const forbidCaching: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  context.res.headers.set('Cache-Control', 'no-store');
};

/** The `Date` header, from which a device whose clock is wrong learns the time. */
export const tellTime: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  context.res.headers.set('Date', new Date().toUTCString());
};
