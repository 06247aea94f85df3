import { type CallOptions, type Prolong, withDeadline } from '../common/deadline.ts';
import { failureOf, TinyHostError, unreachable } from '../errors.ts';
import { type ServerClock, stopwatch } from './server-clock.ts';

export interface HttpCall extends CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON; a string is JSON already. */
  body?: unknown;
  /** The session that the call is made with. */
  token?: string | undefined;
}

/** Resolution of the `Date` header (RFC 9110, section 5.6.7), in milliseconds. */
const DATE_RESOLUTION = 1000;

/**
 * The slowest upload that is waited for, in characters per millisecond (128 kbit/s): fetch does
 * not tell how much of a body it has sent.
 */
const SLOWEST_UPLOAD = 16;

const NO_FETCH = 'this runtime has no fetch: use Node 20 or later, or give createClient one';

/** Makes calls to one namespace of one server. */
export class HttpClient {
  /** Of the namespace, without a slash at the end. */
  readonly url: URL;
  readonly #fetch: typeof fetch | undefined;
  readonly #clock: ServerClock;

  constructor(url: URL, fetcher: typeof fetch | undefined, clock: ServerClock) {
    this.url = url;
    this.#fetch = fetcher;
    this.#clock = clock;
  }

  /**
   * Resolves with an answer like this example; rejects with a `TinyHostError` or the abort reason.
   */
  call<Answer>(path: string, example: Answer, call: HttpCall = {}): Promise<Answer> {
    const text = typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
    return withDeadline(call, async (signal, prolong) => {
      prolong((text?.length ?? 0) / SLOWEST_UPLOAD);
      const elapsed = stopwatch();
      const response = await this.#send(path, call, text, signal);
      const body = await bodyOf(response, signal, prolong);
      const { status, headers } = response;
      const failure = failureOf(status, body, example, headers.get('retry-after'));
      // Where TinyHost did not answer, nobody knows by which clock.
      if (failure?.code !== 'invalid_answer') this.#learn(headers.get('date'), elapsed());
      if (failure) throw failure;
      return body as Answer;
    });
  }

  /** Takes the server's time from the `Date` header of an answer, asked for so long ago. */
  #learn(date: string | null, elapsed: number): void {
    const serverTime = Date.parse(date ?? '');
    if (!Number.isNaN(serverTime)) this.#clock.learn(serverTime, elapsed + DATE_RESOLUTION);
  }

  async #send(
    path: string,
    { method = 'POST', token }: HttpCall,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    // Called as a plain function: fetch must not have another object for its `this`.
    const fetcher = this.#fetch ?? globalThis.fetch;
    if (!fetcher) throw new TinyHostError('unsupported', NO_FETCH);
    try {
      return await fetcher(`${this.url}/${path}`, {
        method,
        headers: headersOf(token, body !== undefined),
        ...(body !== undefined && { body }),
        signal,
      });
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

export const headersOf = (token: string | undefined, json: boolean): Record<string, string> => ({
  ...(json && { 'Content-Type': 'application/json' }),
  ...(token && { Authorization: `Bearer ${token}` }),
});

/** The JSON of an answer; undefined if it is none, or was cut off. */
async function bodyOf(response: Response, signal: AbortSignal, prolong: Prolong): Promise<unknown> {
  try {
    return JSON.parse(await textOf(response, signal, prolong));
  } catch {
    return undefined;
  }
}

/** Reads an answer piece by piece, so that a long one may take long. React Native cannot. */
async function textOf(response: Response, signal: AbortSignal, prolong: Prolong): Promise<string> {
  prolong();
  const reader = response.body?.getReader();
  if (!reader) return response.text();
  const decoder = new TextDecoder();
  let text = '';
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) break;
    prolong();
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
