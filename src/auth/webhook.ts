import { Webhook } from 'standardwebhooks';
import { decodeWebhookSecret } from '../config/webhook-secret.ts';
import { JobFailure } from './outbox/job-failure.ts';

/** Shorter than the lease of a mail (outbox-job.ts). A receiver that is slower is tried again. */
const TIMEOUT_MS = 10_000;

/** Who gets requests. `secret` is `whsec_` and base64. */
export interface WebhookReceiver {
  url: string;
  secret: string;
}

/**
 * Posts JSON to a receiver, signed by the Standard Webhooks specification 1.0.0, so that any of its
 * libraries can verify it. Follows no redirect, and does not read the body of the response. Throws
 * if the status is not 2xx.
 */
export async function postWebhook(
  { url, secret }: WebhookReceiver,
  id: string,
  body: string,
): Promise<void> {
  const webhook = new Webhook(decodeWebhookSecret(secret)!, { format: 'raw' });
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
}
