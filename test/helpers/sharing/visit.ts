import { once } from 'node:events';
import { expect, inject, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { closeFrameOf } from '../requests/close-frame.ts';
import { bearer, NAMESPACE } from '../requests/users.ts';
import type { Visitor } from './access-table.ts';
import type { VisitedStore, Visitors } from './visitors.ts';

/** The error codes of the refusals of visitors. */
const ERRORS: Record<number, string> = {
  400: 'invalid_token',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
};

/** Ids in the examples of the API document. */
const EXAMPLES = { table: 'tasks', row: 'task1', cell: 'title', value: 'name' };

/** Requests of visitors to a shared store. */
export class Visit {
  readonly #visitors: Visitors;
  readonly #visited: VisitedStore;

  constructor(visitors: Visitors, visited: VisitedStore) {
    this.#visitors = visitors;
    this.#visited = visited;
  }

  /** Resolves with the status, after a check of what the body says. */
  async ask(visitor: Visitor, method: string, path: string, body?: unknown): Promise<string> {
    const { status, text } = await this.send(visitor, method, path, body);
    if (status >= 400) {
      expect(text).not.toContain('Secret');
      if (method !== 'HEAD') expect(JSON.parse(text).error).toBe(ERRORS[status]);
    }
    return `${status}`;
  }

  async send(visitor: Visitor, method: string, path: string, body?: unknown) {
    const token = this.#session(visitor);
    const response = await fetch(inject('url') + this.#fill(path, visitor), {
      method,
      headers: {
        'Content-Type': 'application/json',
        Connection: 'close',
        ...(token === undefined ? {} : bearer(token)),
      },
      body: this.#bodyFor(path, body),
    });
    return { status: response.status, text: await response.text() };
  }

  /** Resolves when the socket is refused or closed, or when a frame shows that it is admitted. */
  async connect(visitor: Visitor, path: string): Promise<{ outcome: string; socket: WebSocket }> {
    const url = new URL(inject('url').replace('http', 'ws') + this.#fill(path, visitor));
    const token = this.#session(visitor);
    if (token !== undefined) url.searchParams.set('sessionUuid', token);
    const socket = new WebSocket(url);
    onTestFinished(() => socket.terminate());
    socket.on('error', () => undefined);
    const outcome = await Promise.race([
      closeFrameOf(socket).then(({ code }) => `${code}`),
      once(socket, 'unexpected-response').then(([, { statusCode }]) => `${statusCode}`),
      once(socket, 'message').then(() => 'open'),
    ]);
    return { outcome, socket };
  }

  #session(visitor: Visitor): string | undefined {
    return visitor === 'nobody' ? undefined : this.#visitors[visitor].session_uuid;
  }

  #fill(path: string, visitor: Visitor): string {
    const { store, invitation } = this.#visited;
    const own = visitor === 'nobody' ? undefined : this.#visitors[visitor];
    const ids: Record<string, string> = {
      ...EXAMPLES,
      namespace: own?.namespace ?? NAMESPACE,
      store,
      room: store,
      invitation,
      viewer: this.#visitors.viewer.account,
      stranger: this.#visitors.stranger.account,
      self: own?.account ?? crypto.randomUUID(),
    };
    return path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
  }

  #bodyFor(path: string, example: unknown): string | undefined {
    if (path.endsWith('accept-invitation')) return JSON.stringify({ token: this.#visited.token });
    return example === undefined ? undefined : JSON.stringify(example);
  }
}
