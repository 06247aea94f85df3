import { type CallOptions, type Prolong, withDeadline } from '../common/deadline.ts';
import { stopwatch } from '../common/stopwatch.ts';
import { TinyHostError } from '../errors.ts';
import { networkError, responseError } from './response-errors.ts';
import type { ServerClock } from './server-clock.ts';

export interface HttpCall extends CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON; a string must already be JSON text. */
  body?: unknown;
  /** The token of the session that makes the call. */
  token?: string | undefined;
}

/** Resolution of the `Date` header (RFC 9110, section 5.6.7), in milliseconds. */
const DATE_RESOLUTION = 1000;

/**
 * The slowest upload that does not time out, in characters per millisecond (128 kbit/s). It extends
 * the timeout of large bodies, because fetch does not report how much of a body it has sent.
 */
const SLOWEST_UPLOAD = 16;

const NO_FETCH = 'this runtime has no fetch: use Node 20 or later, or give createClient one';

/** Calls the HTTP API of one namespace on one server. */
export class HttpClient {
  /** The URL of the namespace, without a trailing slash. */
  readonly url: string;
  readonly #fetch: typeof fetch | undefined;
  readonly #clock: ServerClock;

  constructor(url: string, fetcher: typeof fetch | undefined, clock: ServerClock) {
    this.url = url;
    this.#fetch = fetcher;
    this.#clock = clock;
  }

  /** Returns a client for the paths below `path`. */
  below(path: string): HttpClient {
    return new HttpClient(`${this.url}/${path}`, this.#fetch, this.#clock);
  }

  /**
   * Resolves with a response of the same shape as `example`. Rejects with a `TinyHostError` or the
   * abort reason.
   */
  call<Answer>(path: string, example: Answer, call: HttpCall = {}): Promise<Answer> {
    const text = typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
    return withDeadline(call, async (signal, prolong) => {
      prolong((text?.length ?? 0) / SLOWEST_UPLOAD);
      const elapsed = stopwatch();
      const response = await this.send(path, call, text, signal);
      const body = await readJson(response, signal, prolong);
      const { status, headers } = response;
      const error = responseError(status, body, example, headers.get('retry-after'));
      // A response from anything else, such as a proxy, carries that program's time.
      if (error?.code !== 'invalid_answer') this.#learn(headers.get('date'), elapsed());
      if (error) throw error;
      return body as Answer;
    });
  }

  /** Learns the server's time from the `Date` header of a call that took `elapsed` milliseconds. */
  #learn(date: string | null, elapsed: number): void {
    const serverTime = Date.parse(date ?? '');
    if (!Number.isNaN(serverTime)) this.#clock.learn(serverTime, elapsed + DATE_RESOLUTION);
  }

  /** Sends a request. Rejects with a `TinyHostError` if there is no response. */
  async send(
    path: string,
    { method = 'POST', token }: HttpCall,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    // Called as a plain function: fetch throws when `this` is another object.
    const fetcher = this.#fetch ?? globalThis.fetch;
    if (!fetcher) throw new TinyHostError('unsupported', NO_FETCH);
    try {
      return await fetcher(`${this.url}/${path}`, {
        method,
        headers: requestHeaders(token, body !== undefined),
        ...(body !== undefined && { body }),
        signal,
      });
    } catch (cause) {
      throw networkError(cause);
    }
  }
}

export const requestHeaders = (
  token: string | undefined,
  json: boolean,
): Record<string, string> => ({
  ...(json && { 'Content-Type': 'application/json' }),
  ...(token && { Authorization: `Bearer ${token}` }),
});

/** Reads the JSON body of a response; undefined if it is not JSON or was cut off. */
async function readJson(
  response: Response,
  signal: AbortSignal,
  prolong: Prolong,
): Promise<unknown> {
  let text = '';
  try {
    await readText(response, signal, prolong, (part) => {
      text += part;
    });
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a body chunk by chunk, restarts the timeout with each chunk and waits until it is taken.
 * React Native has no response streams, so there the whole body has to arrive within one timeout.
 */
export async function readText(
  response: Response,
  signal: AbortSignal,
  prolong: Prolong,
  take: (part: string) => unknown,
): Promise<void> {
  prolong();
  const reader = response.body?.getReader();
  if (!reader) return void (await take(await response.text()));
  const decoder = new TextDecoder();
  try {
    for (let isDone = false; !isDone && !signal.aborted; ) {
      const { done, value } = await reader.read();
      prolong();
      isDone = done;
      await take(decoder.decode(value, { stream: !done }));
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
