import { parseUrl } from './parse-url.ts';

/** The origins in ALLOWED_ORIGINS, in the form of the `Origin` header; a single `*` means all. */
export type AllowedOrigins = readonly string[];

/** The position of a wildcard's label. */
const WILDCARD = '//*.';

/** Replaces the star of a wildcard while the rest is parsed as a URL. */
const PLACEHOLDER = 'any-label';

/**
 * Parses a list of origins separated by commas: `https://app.example.com`, with a port if it is not
 * the default, or `https://*.example.com` for subdomains of one level. Undefined if an entry is
 * invalid.
 */
export function parseOrigins(list: string): AllowedOrigins | undefined {
  const entries = list.split(',').map((entry) => entry.trim());
  const origins = entries.map((entry) => (entry === '*' ? '*' : parseOrigin(entry)));
  if (!origins.every((origin) => origin !== undefined)) return undefined;
  return origins.includes('*') ? ['*'] : origins;
}

/** Whether a list contains this origin. */
export const listsOrigin = (allowed: AllowedOrigins, origin: string): boolean =>
  allowed.some((entry) => entry === '*' || entry === origin || matchesWildcard(entry, origin));

function parseOrigin(entry: string): string | undefined {
  if (!entry.includes(WILDCARD)) return entry.includes('*') ? undefined : originOf(entry);
  const origin = originOf(entry.replace(WILDCARD, `//${PLACEHOLDER}.`));
  const domain = origin?.split(`//${PLACEHOLDER}.`)[1] ?? '';
  // `https://*.com` would allow everybody.
  const isOwned = domain.includes('.') || domain.split(':')[0] === 'localhost';
  return isOwned ? origin?.replace(`//${PLACEHOLDER}.`, WILDCARD) : undefined;
}

/**
 * The origin of a URL without path, query or user name. Apps use schemes of their own
 * (`capacitor:`).
 */
function originOf(text: string): string | undefined {
  const url = parseUrl(text);
  if (!url || url.host === '' || url.pathname.length > 1 || /[?#@*]/.test(text)) return undefined;
  const { protocol, host, origin } = url;
  return origin === 'null' ? `${protocol}//${host.toLowerCase()}` : origin;
}

function matchesWildcard(entry: string, origin: string): boolean {
  const [scheme, domain] = entry.split(WILDCARD);
  if (!domain || !origin.startsWith(`${scheme}//`) || !origin.endsWith(`.${domain}`)) return false;
  const label = origin.slice(`${scheme}//`.length, -`.${domain}`.length);
  return /^[a-z0-9-]+$/.test(label);
}
