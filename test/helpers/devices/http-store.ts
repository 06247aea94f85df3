import { bearer, type User } from '../requests/users.ts';

/** Accesses the store over HTTP, as a script does. */
export class HttpStore {
  readonly url: string;
  readonly #headers: Record<string, string>;

  constructor(user: User) {
    this.url = `${user.url}/${user.namespace}/store`;
    // A dev server may close a keep-alive connection just as the next request uses it.
    const headers = { 'Content-Type': 'application/json', Connection: 'close' };
    this.#headers = { ...bearer(user.session_uuid), ...headers };
  }

  /** Sends JSON, or a string unchanged. The path is empty or starts with a slash. */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const init = { method, headers: { ...this.#headers, ...headers }, body: text ?? null };
    return fetch(this.url + path, init);
  }

  /** Reads the content at a path; undefined on a 404 response. */
  async read(path = ''): Promise<unknown> {
    const response = await this.send('GET', path);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
    return response.json();
  }

  /** Sends a change and returns the status. */
  async change(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
    return (await this.send(method, path, body, headers)).status;
  }

  async etag(path = ''): Promise<string> {
    return (await this.send('GET', path)).headers.get('etag') ?? '';
  }
}

/** Returns the path of ids under `/tables` or `/values`. */
export const pathTo = (...ids: string[]): string =>
  ids.map((id) => `/${encodeURIComponent(id)}`).join('');
