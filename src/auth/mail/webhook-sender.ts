import { Webhook } from 'standardwebhooks';
import { decodeWebhookSecret } from '../../config/webhook-secret.ts';
import { JobFailure } from '../outbox/job-failure.ts';
import type { SendMail } from './mail.ts';

/** Shorter than the lease of a mail (outbox-job.ts). A provider that is slower is tried again. */
const TIMEOUT_MS = 10_000;

/**
 * Posts each mail to `url` as JSON, signed by the Standard Webhooks specification 1.0.0, so that
 * any of its libraries can verify it. `secret` is `whsec_` and base64.
 */
export function webhookSender(url: string, secret: string): SendMail {
  return async (mail, id) => {
    const webhook = new Webhook(decodeWebhookSecret(secret)!, { format: 'raw' });
    const body = JSON.stringify({ type: `mail.${mail.purpose}`, data: mail });
    const now = new Date();
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': webhook.sign(id, now, body),
      },
    });
    await response.body?.cancel();
    if (!response.ok) throw new JobFailure(`status-${response.status}`);
  };
}
