import { sha256 } from '@oslojs/crypto/sha2';
import { encodeHexLowerCase } from '@oslojs/encoding';

/** SHA-256 of a text in UTF-8, in hexadecimal. Unlike WebCrypto's, it takes no turn of its own. */
export const sha256Hex = (text: string): string =>
  encodeHexLowerCase(sha256(new TextEncoder().encode(text)));
