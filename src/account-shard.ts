import { normaliseAddress } from './email-address.ts';

/**
 * The auth room of an account: the first three hexadecimal digits of the SHA-256 of its namespace
 * and its normalised address.
 */
export async function accountShard(namespace: string, email: string): Promise<string> {
  const account = new TextEncoder().encode(`${namespace}\n${normaliseAddress(email)}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', account));
  return ((digest[0]! << 4) | (digest[1]! >> 4)).toString(16).padStart(3, '0');
}
