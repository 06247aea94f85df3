import { HttpClient, readText, requestHeaders } from '../../client/api/http-client.ts';
import { networkError, responseError } from '../../client/api/response-errors.ts';
import { ServerClock } from '../../client/api/server-clock.ts';
import { type CallOptions, withDeadline } from '../../client/common/deadline.ts';
import { isUnauthorized } from '../../client/errors.ts';
import { ACCESS, type KeyAccess } from './responses.ts';

interface Call extends CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
}

interface TextRequest extends CallOptions {
  method?: 'GET' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  /** JSON. */
  body?: string;
  /** The statuses that are no error, beside those of success. */
  expected?: readonly number[];
}

export interface TextAnswer {
  status: number;
  text: string;
  etag: string | undefined;
}

/** Where the operator's routes are: the dashboard itself is at `/admin` below the base path. */
export const adminUrl = ({ origin, pathname }: Location): string =>
  origin + pathname.replace(/\/+$/, '');

/** Joins ids to a path. Ids may hold any character. */
export const pathOf = (...ids: string[]): string => ids.map(encodeURIComponent).join('/');

/** Calls the operator's routes with a key. Each call has a deadline. */
export class AdminApi {
  readonly url: string;
  readonly key: string;
  readonly #http: HttpClient;
  readonly #onRefusedKey: () => void;

  /** `onRefusedKey` is called when the key is not valid, or no longer. */
  constructor(url: string, key: string, onRefusedKey: () => void) {
    this.url = url;
    this.key = key;
    this.#http = new HttpClient(url, undefined, new ServerClock());
    this.#onRefusedKey = onRefusedKey;
  }

  /**
   * Resolves with a response of the same shape as `example`. Rejects with a `TinyHostError` or the
   * abort reason.
   */
  call<Answer>(path: string, example: Answer, call: Call = {}): Promise<Answer> {
    const request = { method: 'GET', token: this.key, ...call } as const;
    return this.#guard(this.#http.call(path, example, request));
  }

  /** Resolves with a response whose content is not of one shape, or with an expected refusal. */
  text(path: string, { method = 'GET', headers, body, ...request }: TextRequest = {}) {
    const sent = withDeadline(request, async (signal, prolong): Promise<TextAnswer> => {
      const all = { ...requestHeaders(this.key, body !== undefined), ...headers };
      // A cached response must not stand in for one of the server.
      const init = { method, headers: all, signal, cache: 'no-store' } as const;
      const url = `${this.url}/${path}`;
      const response = await fetch(url, body === undefined ? init : { ...init, body }).catch(
        (cause) => Promise.reject(networkError(cause)),
      );
      let text = '';
      await readText(response, signal, prolong, (part) => {
        text += part;
      });
      const { status } = response;
      if (!response.ok && !request.expected?.includes(status)) {
        const retryAfter = response.headers.get('retry-after');
        throw responseError(status, parsed(text), null, retryAfter);
      }
      return { status, text, etag: response.headers.get('etag') ?? undefined };
    });
    return this.#guard(sent);
  }

  /** Reports a key that is refused, and settles like `answer`. */
  async #guard<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (isUnauthorized(error)) this.#onRefusedKey();
      throw error;
    }
  }

  access(signal?: AbortSignal): Promise<KeyAccess> {
    return this.call('access', ACCESS, { signal });
  }
}

/** What a query string needs, without the parts that are undefined or empty. */
export function query(parts: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(parts).filter(([, value]) => value != null && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, `${value}`])).toString();
  return text && `?${text}`;
}

/** The parsed text; undefined if it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
