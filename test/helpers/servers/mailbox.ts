import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Mail } from '../../../src/auth/mail/mail.ts';

const SECRET = Buffer.from('a webhook secret of 32 bytes, yes');

/** A mail provider's webhook: keeps what is signed rightly, and can be told to refuse. */
export interface Mailbox {
  /** The settings of a server that sends its mail here. */
  vars: { MAIL: 'webhook'; MAIL_WEBHOOK_URL: string; MAIL_WEBHOOK_SECRET: string };
  mails: Mail[];
  /** `webhook-id` of what was accepted and of what was refused. */
  accepted: string[];
  refused: string[];
  refusedMails: Mail[];
  /** How many requests to answer with 503 before accepting one. */
  refuse: number;
  /** The next mail to an address that was not read yet. */
  to(address: string): Promise<Mail>;
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
    if (mailbox.refuse > 0) {
      mailbox.refuse -= 1;
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
    refuse: 0,
    async to(address) {
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

/** As the Standard Webhooks specification has a receiver check it. */
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
