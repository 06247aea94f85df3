import { sha256 } from '@oslojs/crypto/sha2';
import { encodeHexLowerCase } from '@oslojs/encoding';

/** Hexadecimal SHA-256 of a text in UTF-8. Synchronous, unlike WebCrypto. */
export const sha256Hex = (text: string): string =>
  encodeHexLowerCase(sha256(new TextEncoder().encode(text)));
