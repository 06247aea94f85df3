import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Mail } from '../../../src/auth/mail/mail.ts';

const SECRET = Buffer.from('a webhook secret of 32 bytes, yes');

/** A mail provider's webhook. It accepts correctly signed mails, and can simulate failures. */
export interface Mailbox {
  /** The settings for a server that sends its mail here. */
  vars: { MAIL: 'webhook'; MAIL_WEBHOOK_URL: string; MAIL_WEBHOOK_SECRET: string };
  mails: Mail[];
  /** The `webhook-id` of each accepted and each refused request. */
  accepted: string[];
  refused: string[];
  refusedMails: Mail[];
  /** The number of requests that will be answered with 503. */
  pendingRefusals: number;
  /** Resolves with the next unread mail to an address. */
  nextMailTo(address: string): Promise<Mail>;
  close(): Promise<void>;
}

export async function startMailbox(): Promise<Mailbox> {
  const arrivals = new EventEmitter();
  const unread: Mail[] = [];
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    const id = String(request.headers['webhook-id']);
    if (!isSigned(request.headers, body)) return response.writeHead(401).end();
    const { data } = JSON.parse(body) as { data: Mail };
    if (mailbox.pendingRefusals > 0) {
      mailbox.pendingRefusals -= 1;
      mailbox.refusedMails.push(data);
      mailbox.refused.push(id);
      return response.writeHead(503).end();
    }
    mailbox.accepted.push(id);
    mailbox.mails.push(data);
    unread.push(data);
    arrivals.emit('mail');
    return response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;

  const mailbox: Mailbox = {
    vars: {
      MAIL: 'webhook',
      MAIL_WEBHOOK_URL: `http://127.0.0.1:${port}/mail`,
      MAIL_WEBHOOK_SECRET: `whsec_${SECRET.toString('base64')}`,
    },
    mails: [],
    accepted: [],
    refused: [],
    refusedMails: [],
    pendingRefusals: 0,
    async nextMailTo(address) {
      for (;;) {
        const index = unread.findIndex(({ to }) => to === address);
        if (index >= 0) return unread.splice(index, 1)[0]!;
        await once(arrivals, 'mail');
      }
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return mailbox;
}

/** Verifies the signature as the Standard Webhooks specification requires. */
function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', SECRET).update(content).digest('base64');
  return headers['webhook-signature'] === `v1,${signature}`;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
