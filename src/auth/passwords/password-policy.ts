import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { normaliseAddress } from '../../protocol/address.ts';
import { type Failure, fail } from '../../protocol/errors.ts';

/** Longest password, in characters. NIST 800-63B-4 (section 3.1.1.2) asks for 64 at least. */
const MAX_PASSWORD_LENGTH = 256;

/** Guesses, as a power of 10, below which zxcvbn calls a password "very guessable" (its score 1). */
const MIN_GUESSES_LOG10 = 6;

/** How much of a password is looked at for guesses: it takes up to 0.1 s of CPU time at 64. */
const MAX_EXAMINED = 64;

/** Characters that leave no trace on a screen, such as zero-width spaces. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Cc}]/u;

const PUNCTUATION = /[^\p{L}\p{M}\p{N}]+/gu;

/** Why nobody may have this password, if so, as far as its length goes. */
export function refuseLength(password: string, minLength: number): Failure | undefined {
  const length = visibleLength(password);
  if (length < minLength) return refuse(`a password needs at least ${minLength} characters`);
  if (length <= MAX_PASSWORD_LENGTH) return undefined;
  return refuse(`a password may have at most ${MAX_PASSWORD_LENGTH} characters`);
}

/** How many characters somebody has typed and can see: user-perceived ones (UAX #29). */
export function visibleLength(password: string): number {
  const characters = [...new Intl.Segmenter().segment(password)];
  return characters.filter(({ segment }) => VISIBLE.test(segment)).length;
}

/**
 * Words that are guessed first for an account: of its address, its namespace, the host that serves
 * it, and this service.
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

/** Refuses a password that is a common one, or made of words, repeats, rows of keys or dates. */
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

/** Unpacking its lists takes some 70 ms, which only a room that hashes should spend. */
async function loadZxcvbn(): Promise<ZxcvbnFactory> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const { adjacencyGraphs, dictionary } = await import('@zxcvbn-ts/language-common');
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}

const refuse = (message: string) => fail('invalid_field', message, { field: 'password' });
