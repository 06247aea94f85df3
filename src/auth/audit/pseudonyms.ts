import { hmac } from '@oslojs/crypto/hmac';
import { SHA256 } from '@oslojs/crypto/sha2';
import { encodeHexLowerCase } from '@oslojs/encoding';
import { normaliseAddress } from '../../email-address.ts';
import { logName } from '../../log.ts';
import type { Config, EdgeHost, LogText, Pseudonyms } from '../../platform.ts';
import { networkOf } from '../rate-limit/network.ts';
import { hashToken } from '../sessions/sessions.ts';
import { LogKey } from './log-key.ts';

/**
 * Makes pseudonyms with this key. A session's pseudonym needs no key: nobody can guess a random
 * token from its hash.
 */
export const pseudonymsBy = (key: Uint8Array): Pseudonyms => ({
  account: (namespace, email) => pseudonym(key, `${namespace}\n${normaliseAddress(email)}`),
  network: (address) => pseudonym(key, networkOf(address)),
  session: (token) => shortened(hashToken(token)),
});

const pseudonym = (key: Uint8Array, text: string): LogText =>
  shortened(encodeHexLowerCase(hmac(SHA256, key, new TextEncoder().encode(text))));

/** 64 bits are enough to tell accounts apart in a log. */
const shortened = (hash: string): LogText => logName(hash.slice(0, 16));

/** The keys that this isolate has loaded, by settings. */
const keys = new WeakMap<Config, LogKey>();

/** For the edge: the same pseudonyms as in auth rooms. */
export async function edgePseudonyms({ config, log, rooms }: EdgeHost): Promise<Pseudonyms> {
  const key = keys.get(config) ?? new LogKey();
  keys.set(config, key);
  return pseudonymsBy(await key.load({ config, log, rooms: () => rooms }));
}
