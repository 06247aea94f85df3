import { isNamespace } from '../../src/protocol/http-api/namespaces.ts';
import { TinyHostError } from '../errors.ts';

/**
 * Returns the URL of an app's namespace, without a trailing slash, as text: `URL` of React Native adds
 * one. Throws a `TinyHostError` with
 * the code `invalid_options` if the URL or the namespace is invalid.
 */
export function appUrl(url: string, namespace: string): string {
  if (typeof namespace !== 'string' || !isNamespace(namespace)) {
    const rule = '1 to 63 of a-z, 0-9 and -, not starting with -, and no reserved word';
    throw invalid(`namespace "${namespace}" has to be ${rule}`);
  }
  const { origin, pathname, username, password, search, hash } = parse(`${url}`.trim());
  const base = origin + pathname.replace(/\/+$/, '');
  if (username || password || search || hash) {
    throw invalid(`url takes no user, password, query or fragment: write "${base}"`);
  }
  return `${base}/${namespace}`;
}

function parse(url: string): URL {
  if (!/^https?:\/\//i.test(url)) {
    throw invalid(`url "${url}" has to start with its scheme, https:// or http://`);
  }
  try {
    return new URL(url);
  } catch (cause) {
    throw invalid(`url "${url}" is no URL, such as "https://sync.example.com" is`, cause);
  }
}

const invalid = (message: string, cause?: unknown): TinyHostError =>
  new TinyHostError('invalid_options', message, { cause });
