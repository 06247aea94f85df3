import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { EdgeEnv } from './host.ts';

/** What every answer says to a browser. Over plain http browsers ignore the first. */
const EVERYWHERE = {
  strictTransportSecurity: 'max-age=31536000; includeSubDomains',
  xContentTypeOptions: 'nosniff',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  // Meant for browsers and plug-ins that are gone.
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  removePoweredBy: false,
} as const;

const NOTHING = ["'none'"];
const OWN = ["'self'"];

const LOCKED = {
  defaultSrc: NOTHING,
  objectSrc: NOTHING,
  baseUri: NOTHING,
  frameAncestors: NOTHING,
};

/** For answers that are no page: opened as one, they may load, run and embed nothing. */
const answerHeaders = secureHeaders({
  ...EVERYWHERE,
  contentSecurityPolicy: { ...LOCKED, formAction: NOTHING, sandbox: [] },
});

/**
 * The style element of TinyBase's inspector, whose icons are `data:` images. The browser's message
 * names the new hash where another version of TinyBase needs one.
 */
const INSPECTOR_STYLE = "'sha256-4r8Eaesu04ISyd3ZFvEhOqe059xBhhbNLZJ6k6XQoXY='";

/** For the page: its own files, and sockets to its own host. No code or style stands in the HTML. */
export const pageHeaders: MiddlewareHandler<EdgeEnv> = secureHeaders({
  ...EVERYWHERE,
  contentSecurityPolicy: {
    ...LOCKED,
    scriptSrc: OWN,
    styleSrc: [...OWN, INSPECTOR_STYLE],
    imgSrc: [...OWN, 'data:'],
    connectSrc: OWN,
    workerSrc: OWN,
    formAction: OWN,
  },
});

/** Leaves a 101 as it is: with other headers it would lose its socket. */
export const secureAnswer: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  if (context.res.status === 101 || context.res.headers.has('Content-Security-Policy')) return;
  await answerHeaders(context, async () => undefined);
};
