import { logName } from '../log.ts';
import type { LogText, Pseudonyms } from '../platform.ts';
import { networkOf } from './network.ts';
import { hashToken } from './sessions.ts';
import { sha256Hex } from './sha256.ts';

/** What lines of the edge call somebody: the same as those of auth rooms do. */
export const pseudonyms: Pseudonyms = {
  network: async (address) => shortened(sha256Hex(networkOf(address))),
  session: async (token) => shortened(hashToken(token)),
};

const shortened = (hash: string): LogText => logName(hash.slice(0, 16));
