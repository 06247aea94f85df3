import { parseUrl } from './parse-url.ts';

/**
 * Whether a URL is https, or http on loopback, without a user name: runtimes do not fetch one with
 * it.
 */
export function isPrivateUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url?.username !== '' || url.password !== '') return false;
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}
