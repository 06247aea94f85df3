import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import type { Mail } from '../../src/auth/mail.ts';

const SECRET = Buffer.from('a webhook secret of 32 bytes, yes');

/** A provider's webhook: keeps what is signed rightly, and can be told to refuse. */
export interface Mailbox {
  /** The settings of a server that sends its mail here. */
  vars: { MAIL: 'webhook'; MAIL_WEBHOOK_URL: string; MAIL_WEBHOOK_SECRET: string };
  mails: Mail[];
  ids: string[];
  /** How many requests to answer with 503 before accepting one. */
  refuse: number;
  /** The next mail that nobody has taken yet. */
  next(): Promise<Mail>;
}

/** Starts a webhook of the test's own, which ends with it. */
export async function startMailbox(): Promise<Mailbox> {
  const waiting: Array<(mail: Mail) => void> = [];
  const unread: Mail[] = [];
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    if (mailbox.refuse > 0) {
      mailbox.refuse -= 1;
      mailbox.ids.push(String(request.headers['webhook-id']));
      return response.writeHead(503).end();
    }
    if (!isSigned(request.headers, body)) return response.writeHead(401).end();
    const { data } = JSON.parse(body) as { data: Mail };
    mailbox.ids.push(String(request.headers['webhook-id']));
    mailbox.mails.push(data);
    const reader = waiting.shift();
    if (reader) reader(data);
    else unread.push(data);
    return response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const mailbox: Mailbox = {
    vars: {
      MAIL: 'webhook',
      MAIL_WEBHOOK_URL: `http://127.0.0.1:${port}/mail`,
      MAIL_WEBHOOK_SECRET: `whsec_${SECRET.toString('base64')}`,
    },
    mails: [],
    ids: [],
    refuse: 0,
    next: () => {
      const mail = unread.shift();
      return mail ? Promise.resolve(mail) : new Promise((resolve) => waiting.push(resolve));
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
