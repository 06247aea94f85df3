import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';
import type { HookEvent, HookEventType, IssuedHook } from '../../../src/protocol/http-api/hooks.ts';
import { askAdmin } from '../requests/operator.ts';

/** What a receiver does with a request: a status, or nothing at all. */
type Answer = number | 'silence';

/** A server that gets the events of a hook. */
export class HookReceiver {
  /** The verified events that it has confirmed. */
  readonly events: HookEvent[] = [];
  /** The `webhook-id` of every request. */
  readonly ids: string[] = [];
  /** Requests whose signature was wrong. */
  forged = 0;
  /** How it answers the next requests; then 204. */
  readonly answers: Answer[] = [];
  /** How it answers all others. */
  answer: Answer = 204;
  /** Called with each event before it is confirmed. */
  handle: (event: HookEvent, request: Request) => Promise<unknown> = async () => undefined;
  url = '';
  readonly #unanswered: ServerResponse[] = [];
  hook!: IssuedHook;

  /** Starts a server that ends with the test. */
  static async start(): Promise<HookReceiver> {
    const receiver = new HookReceiver();
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      await receiver.#receive(headers, Buffer.concat(chunks).toString(), response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    return receiver;
  }

  /** Creates the hook that sends to this receiver. */
  async subscribe(namespace: string, events: HookEventType[], url?: string): Promise<this> {
    const { status, body } = await askAdmin('POST', `${namespace}/hooks`, {
      ...(url !== undefined && { url }),
      body: { url: this.url, events },
    });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    this.hook = body as unknown as IssuedHook;
    return this;
  }

  /** Closes the connections of all requests that it has not answered. */
  hangUp(): void {
    for (const response of this.#unanswered.splice(0)) response.destroy();
  }

  /** The rows of a table in the confirmed changes of a store, in their order. */
  rowsOf(store: string, table = 'tasks'): string[][] {
    return this.events.flatMap(({ data }) =>
      'store' in data && data.store === store ? [data.tables?.[table] ?? []] : [],
    );
  }

  async #receive(
    headers: Record<string, string>,
    body: string,
    response: ServerResponse,
  ): Promise<void> {
    this.ids.push(headers['webhook-id'] ?? '');
    const answer = this.answers.shift() ?? this.answer;
    if (answer === 'silence') return void this.#unanswered.push(response);
    const event = this.#verify(headers, body);
    if (!event) return void response.writeHead(401).end();
    if (answer < 300) {
      await this.handle(event, new Request(this.url, { method: 'POST', headers, body }));
      this.events.push(event);
    }
    response.writeHead(answer).end();
  }

  #verify(headers: Record<string, string>, body: string): HookEvent | undefined {
    try {
      return new Webhook(this.hook.secret).verify(body, headers) as HookEvent;
    } catch {
      this.forged += 1;
      return undefined;
    }
  }
}
