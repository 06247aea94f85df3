import type { CallOptions } from '../../client/common/deadline.ts';
import { type AdminApi, parsed, pathOf } from './admin-api.ts';

/** Content and its ETag. The content is undefined if there is nothing at the path. */
export interface Tagged {
  content: unknown;
  etag: string | undefined;
}

const PRECONDITION_FAILED = 412;

/** The REST view of one store, for the operator. */
export class StoreView {
  readonly #api: AdminApi;
  readonly #path: string;

  /** `path` leads from `/admin` to the store, such as `todo/stores/ID/store`. */
  constructor(api: AdminApi, path: string) {
    this.#api = api;
    this.#path = path;
  }

  /** Reads everything. Resolves with undefined if it still has the ETag `known`. */
  async readAll(known: string | undefined, options: CallOptions): Promise<Tagged | undefined> {
    const headers: Record<string, string> = known === undefined ? {} : { 'If-None-Match': known };
    const request = { ...options, headers, expected: [304] };
    const { status, text, etag } = await this.#api.text(this.#path, request);
    return status === 304 ? undefined : { content: parsed(text), etag };
  }

  /** Reads what is at a path. */
  async read(ids: string[]): Promise<Tagged> {
    const { status, text, etag } = await this.#api.text(this.#at(ids), { expected: [404] });
    return status === 404
      ? { content: undefined, etag: undefined }
      : { content: parsed(text), etag };
  }

  /**
   * Replaces what has the ETag `expected`, or what does not exist if that is undefined. Resolves
   * with whether it was so.
   */
  async replace(ids: string[], content: unknown, expected: string | undefined): Promise<boolean> {
    const headers: Record<string, string> =
      expected === undefined ? { 'If-None-Match': '*' } : { 'If-Match': expected };
    const { status } = await this.#api.text(this.#at(ids), {
      method: 'PUT',
      headers,
      body: JSON.stringify(content),
      expected: [PRECONDITION_FAILED],
    });
    return status !== PRECONDITION_FAILED;
  }

  /** Removes what has the ETag `expected`. Resolves with whether it was so. */
  async remove(ids: string[], expected: string): Promise<boolean> {
    const { status } = await this.#api.text(this.#at(ids), {
      method: 'DELETE',
      headers: { 'If-Match': expected },
      // What was deleted meanwhile is not as it was either.
      expected: [PRECONDITION_FAILED, 404],
    });
    return status !== PRECONDITION_FAILED && status !== 404;
  }

  #at(ids: string[]): string {
    return `${this.#path}/${pathOf(...ids)}`;
  }
}
