import { decodeBase64IgnorePadding } from '@oslojs/encoding';

const PREFIX = 'whsec_';

/** The least that the Standard Webhooks specification allows. */
const MIN_BYTES = 24;

/** The key in a secret of `whsec_` and base64; undefined where it is malformed or too short. */
export function decodeWebhookSecret(secret: string): Uint8Array | undefined {
  if (!secret.startsWith(PREFIX)) return undefined;
  try {
    const key = decodeBase64IgnorePadding(secret.slice(PREFIX.length));
    return key.byteLength >= MIN_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}
