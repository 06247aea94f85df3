import { parseUrl } from './parse-url.ts';

/** What ALLOWED_ORIGINS lists, each as browsers write an `Origin`; `*` alone for all of them. */
export type AllowedOrigins = readonly string[];

/** Where the one label stands that a wildcard leaves open. */
const WILDCARD = '//*.';

/** Takes the place of a wildcard's star while the rest is parsed as a URL. */
const PLACEHOLDER = 'any-label';

/**
 * Reads a list of origins separated by commas: `https://app.example.com`, with a port where it is
 * not the default one, or `https://*.example.com` for the subdomains one level below. Undefined
 * where an entry is none of these.
 */
export function parseOrigins(list: string): AllowedOrigins | undefined {
  const entries = list.split(',').map((entry) => entry.trim());
  const origins = entries.map((entry) => (entry === '*' ? '*' : parseOrigin(entry)));
  if (!origins.every((origin) => origin !== undefined)) return undefined;
  return origins.includes('*') ? ['*'] : origins;
}

/** Whether a list allows a page of this origin. */
export const listsOrigin = (allowed: AllowedOrigins, origin: string): boolean =>
  allowed.some((entry) => entry === '*' || entry === origin || matchesWildcard(entry, origin));

function parseOrigin(entry: string): string | undefined {
  if (!entry.includes(WILDCARD)) return entry.includes('*') ? undefined : originOf(entry);
  const origin = originOf(entry.replace(WILDCARD, `//${PLACEHOLDER}.`));
  const domain = origin?.split(`//${PLACEHOLDER}.`)[1] ?? '';
  // `https://*.com` would be everybody's.
  const isOwned = domain.includes('.') || domain.split(':')[0] === 'localhost';
  return isOwned ? origin?.replace(`//${PLACEHOLDER}.`, WILDCARD) : undefined;
}

/** The origin of a URL that has no more to it. Apps have schemes of their own (`capacitor:`). */
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
