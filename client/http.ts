import type { ServerClock } from './clock.ts';
import { errorOf, TinyHostError } from './errors.ts';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface Call extends CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON; a string is JSON already. */
  body?: unknown;
  /** The session that the call is made with. */
  token?: string | undefined;
}

/** Resolution of the `Date` header (RFC 9110, section 5.6.7), in milliseconds. */
const DATE_RESOLUTION = 1000;

/** Makes calls to one namespace of one server. */
export class Http {
  /** Of the namespace, without a slash at the end. */
  readonly url: URL;
  readonly #fetch: typeof fetch;
  readonly #clock: ServerClock;

  constructor(url: URL, fetcher: typeof fetch, clock: ServerClock) {
    this.url = url;
    this.#fetch = fetcher;
    this.#clock = clock;
  }

  /** Resolves with the JSON of the answer; rejects with a `TinyHostError` or the abort reason. */
  async call<Answer>(path: string, { method = 'POST', ...call }: Call = {}): Promise<Answer> {
    const sentAt = Date.now();
    const response = await this.#send(path, method, call);
    const answer: unknown = await response.json().catch(() => {
      call.signal?.throwIfAborted();
    });
    this.learn(response.headers.get('date'), sentAt);
    if (response.ok) return answer as Answer;
    throw errorOf(response.status, answer, response.headers.get('retry-after'));
  }

  /** Takes the server's time from the `Date` header of an answer. */
  learn(date: string | null, sentAt: number): void {
    const serverTime = Date.parse(date ?? '');
    if (Number.isNaN(serverTime)) return;
    this.#clock.learn({ serverTime, resolution: DATE_RESOLUTION, sentAt, receivedAt: Date.now() });
  }

  async #send(path: string, method: string, { body, token, signal }: Call): Promise<Response> {
    const fetcher = this.#fetch;
    try {
      return await fetcher(`${this.url}/${path}`, {
        method,
        headers: headersOf(token, body !== undefined),
        cache: 'no-store',
        body: typeof body === 'string' ? body : (JSON.stringify(body) ?? null),
        signal: signal ?? null,
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new TinyHostError('network', 'the server could not be reached', { cause });
    }
  }
}

export const headersOf = (token: string | undefined, json: boolean): Record<string, string> => ({
  ...(json && { 'Content-Type': 'application/json' }),
  ...(token && { Authorization: `Bearer ${token}` }),
});
