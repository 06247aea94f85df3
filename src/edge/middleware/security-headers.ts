import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { EdgeEnv } from '../environment.ts';

/** Headers of every response. Browsers ignore the first over plain HTTP. */
const COMMON_HEADERS = {
  strictTransportSecurity: 'max-age=31536000; includeSubDomains',
  xContentTypeOptions: 'nosniff',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  // Only obsolete browsers and plug-ins read these.
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  removePoweredBy: false,
} as const;

const NOTHING = ["'none'"];
const OWN = ["'self'"];

const BASE_POLICY = {
  defaultSrc: NOTHING,
  objectSrc: NOTHING,
  baseUri: NOTHING,
  frameAncestors: NOTHING,
};

/** For responses that are not pages: a browser that opens one loads, runs and embeds nothing. */
const responseHeaders = secureHeaders({
  ...COMMON_HEADERS,
  contentSecurityPolicy: { ...BASE_POLICY, formAction: NOTHING, sandbox: [] },
});

/**
 * Hash of the style element of TinyBase's inspector. If another version of TinyBase has a different
 * style, the browser's error message shows the new hash.
 */
const INSPECTOR_STYLE = "'sha256-4r8Eaesu04ISyd3ZFvEhOqe059xBhhbNLZJ6k6XQoXY='";

/** The files and requests of the host itself. Our HTML has no inline scripts or styles. */
const OWN_FILES = {
  ...BASE_POLICY,
  scriptSrc: OWN,
  styleSrc: OWN,
  imgSrc: [...OWN, 'data:'],
  connectSrc: OWN,
  formAction: OWN,
};

/** For the page, which also has a service worker and TinyBase's inspector. */
export const pageHeaders: MiddlewareHandler<EdgeEnv> = secureHeaders({
  ...COMMON_HEADERS,
  contentSecurityPolicy: {
    ...OWN_FILES,
    styleSrc: [...OWN, INSPECTOR_STYLE],
    workerSrc: OWN,
  },
});

/** For the operator's dashboard. */
export const dashboardHeaders: MiddlewareHandler<EdgeEnv> = secureHeaders({
  ...COMMON_HEADERS,
  contentSecurityPolicy: OWN_FILES,
});

/** Sets the headers of a response. A 101 stays unchanged: a copy would lose its socket. */
export const secureResponse: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  if (context.res.status === 101 || context.res.headers.has('Content-Security-Policy')) return;
  await responseHeaders(context, async () => undefined);
};
