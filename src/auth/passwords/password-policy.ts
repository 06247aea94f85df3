import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { normaliseAddress } from '../../email-address.ts';
import { type Failure, fail } from '../../protocol/errors.ts';

/** Longest password in characters. NIST 800-63B-4 (3.1.1.2) requires at least 64. */
const MAX_PASSWORD_LENGTH = 256;

/** Least guesses, as a power of 10. Fewer are "very guessable" to zxcvbn (score 1). */
const MIN_GUESSES_LOG10 = 6;

/** Characters that zxcvbn examines; 64 take up to 0.1 s of CPU time. */
const MAX_EXAMINED = 64;

/** Characters that a screen does not show, such as zero-width spaces. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Cc}]/u;

const PUNCTUATION = /[^\p{L}\p{M}\p{N}]+/gu;

/** Refuses a password that is too short or too long. */
export function refuseLength(password: string, minLength: number): Failure | undefined {
  const length = visibleLength(password);
  if (length < minLength) return refuse(`a password needs at least ${minLength} characters`);
  if (length <= MAX_PASSWORD_LENGTH) return undefined;
  return refuse(`a password may have at most ${MAX_PASSWORD_LENGTH} characters`);
}

/** Number of visible user-perceived characters (UAX #29). */
export function visibleLength(password: string): number {
  const characters = [...new Intl.Segmenter().segment(password)];
  return characters.filter(({ segment }) => VISIBLE.test(segment)).length;
}

/**
 * Words that an attacker tries first for an account: parts of its address, its namespace, the host
 * and the name of this service.
 */
export function contextWords(namespace: string, email: string, host = ''): string[] {
  const address = normaliseAddress(email);
  const [local = '', domain = ''] = address.split('@');
  const names = [local, ...domain.split('.'), namespace, ...host.split('.'), 'tinyhost'];
  const parts = names.flatMap((name) => name.split(PUNCTUATION));
  const joined = names.map((name) => name.replace(PUNCTUATION, ''));
  const words = new Set([address, domain, host, ...names, ...parts, ...joined]);
  return [...words].filter((word) => word.length > 2);
}

/** Refuses a common password and one of words, repeats, keyboard rows or dates. */
export async function refuseGuessable(
  password: string,
  context: string[],
): Promise<Failure | undefined> {
  zxcvbn ??= loadZxcvbn();
  const seen = password.normalize('NFKC').replace(INVISIBLE, '').trim().slice(0, MAX_EXAMINED);
  const { guessesLog10 } = (await zxcvbn).check(seen, context);
  return guessesLog10 < MIN_GUESSES_LOG10
    ? refuse('this password is too easy to guess; add another word or two')
    : undefined;
}

let zxcvbn: Promise<ZxcvbnFactory> | undefined;

/** Loaded on demand: unpacking the lists takes 70 ms, and only hashing rooms need them. */
async function loadZxcvbn(): Promise<ZxcvbnFactory> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const { adjacencyGraphs, dictionary } = await import('@zxcvbn-ts/language-common');
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}

const refuse = (message: string) => fail('invalid_field', message, { field: 'password' });
