import { encodeBase64 } from '@oslojs/encoding';
import { decodeWebhookSecret } from '../../webhook-secret.ts';
import { JobFailure } from '../outbox/job-failure.ts';
import type { SendMail } from './mail.ts';

/** A provider that has not answered by then is tried again: less than the lease of a mail. */
const TIMEOUT_MS = 10_000;

/**
 * Posts each mail to `url` as JSON, signed as the Standard Webhooks specification 1.0.0 has it,
 * so that any of its libraries can verify it: `webhook-id`, `webhook-timestamp`, and in
 * `webhook-signature` the HMAC-SHA256 of both and the body. `secret` is `whsec_` and base64.
 */
export function webhookSender(url: string, secret: string): SendMail {
  return async (mail, id) => {
    const body = JSON.stringify({ type: `mail.${mail.purpose}`, data: mail });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${await sign(`${id}.${timestamp}.${body}`, secret)}`,
      },
    });
    await response.body?.cancel();
    if (!response.ok) throw new JobFailure(`status-${response.status}`);
  };
}

async function sign(content: string, secret: string): Promise<string> {
  const bytes = decodeWebhookSecret(secret);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes as BufferSource, algorithm, false, [
    'sign',
  ]);
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(content));
  return encodeBase64(new Uint8Array(signature));
}
