import { encodeHexUpperCase } from '@oslojs/encoding';
import { logName } from '../../log.ts';
import type { Log } from '../../platform.ts';
import { type Failure, fail } from '../../protocol/errors.ts';

const DEADLINE_MS = 2_000;

/** Largest answer to a range query. Usual answers have a thousand lines of 45 bytes. */
const MAX_BYTES = 1_048_576;

/** Each hashing room logs a failing service at most once in this time. */
const LOG_PAUSE_MS = 60_000;

const PREFIX_DIGITS = 5;

const BREACHED = fail(
  'invalid_field',
  'this password is known from a data breach of another service; choose another one',
  { field: 'password' },
);

export type RefuseBreached = (password: string) => Promise<Failure | undefined>;

/**
 * Refuses passwords that a breach service lists. `url` is the base of a range query in the manner
 * of Have I Been Pwned (API v3, "Searching by range"): the request has 5 hexadecimal digits of the
 * SHA-1, the answer all hashes with that prefix. If the service fails, the password is accepted.
 */
export function breachedPasswords(url: string | undefined, log: Log): RefuseBreached {
  if (url === undefined) return async () => undefined;
  let quietUntil = 0;
  return async (password) => {
    try {
      return (await isBreached(url, password)) ? BREACHED : undefined;
    } catch (error) {
      if (Date.now() < quietUntil) return undefined;
      quietUntil = Date.now() + LOG_PAUSE_MS;
      log('breach-service-failed', { reason: logName(error instanceof Error ? error.name : '') });
      return undefined;
    }
  };
}

async function isBreached(url: string, password: string): Promise<boolean> {
  const sha1 = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(password));
  const digits = encodeHexUpperCase(new Uint8Array(sha1));
  const base = url.endsWith('/') ? url : `${url}/`;
  const range = await readRange(`${base}${digits.slice(0, PREFIX_DIGITS)}`);
  const lines = range.split(/\r?\n/);
  const found = lines.find((line) => line.toUpperCase().startsWith(digits.slice(PREFIX_DIGITS)));
  // Lines with a count of 0 are padding, which hides the length of the answer.
  return found !== undefined && Number(found.split(':')[1]) > 0;
}

async function readRange(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'tinyhost' },
    redirect: 'manual',
    // On both engines it also ends a body that never ends.
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new BreachServiceError(`answered ${response.status}`);
  }
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  for (let bytes = 0; bytes <= MAX_BYTES; ) {
    const { done, value } = await reader.read();
    if (done) return text;
    bytes += value.byteLength;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  throw new BreachServiceError('answered too much');
}

class BreachServiceError extends Error {
  override readonly name = 'BreachServiceError';
}
