import { hmac } from '@oslojs/crypto/hmac';
import { SHA256 } from '@oslojs/crypto/sha2';
import { encodeHexLowerCase } from '@oslojs/encoding';
import { isStoreId } from '../../protocol/membership.ts';
import { sha256Hex } from '../sha256.ts';

/** The digits of the store's id, and 128 bits that only the server can derive. */
const TOKEN = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[0-9a-f]{32}$/;

/**
 * Derives the token of an invitation from its id. The mail of an invitation derives it again, so
 * the token is not stored anywhere.
 */
export function deriveInvitationToken(key: Uint8Array, store: string, invitation: string): string {
  const text = new TextEncoder().encode(`invitation ${invitation}`);
  const digits = encodeHexLowerCase(hmac(SHA256, key, text)).slice(0, 32);
  return store.replaceAll('-', '') + digits;
}

/** The store that the token of an invitation names; undefined for any other text. */
export function storeOfToken(token: string): string | undefined {
  const store = TOKEN.exec(token)?.slice(1).join('-');
  return store !== undefined && isStoreId(store) ? store : undefined;
}

/** What the store's room knows of a token. */
export const hashInvitationToken = sha256Hex;
