import { OVERLOADED } from '../../body/workload.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import type { Document } from '../content/document.ts';
import { lineStream } from '../text-stream.ts';

/** Copies that a room sends at once. Each has up to a megabyte in memory. */
const MAX_AT_ONCE = 8;

/** Whether `Accept-Encoding` has gzip, with another weight than 0. */
const ACCEPTS_GZIP = /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i;

/** The body is sent as it is. By default, Workers would compress it again. */
const AS_IT_IS = { encodeBody: 'manual' } as ResponseInit;

/**
 * `GET /:namespace/snapshot`: full copies of a store as lines of JSON, read from storage as fast as
 * the client takes them. Each line is the body of a ContentDiff; their order does not matter. The
 * last line is `{"cursor":…}`. It is missing if the copy is not complete.
 */
export class Snapshots {
  readonly #document: Document;
  #running = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  /**
   * Refuses with `overloaded` if the room sends too many copies already. The copy fails as soon as
   * `mayRead` returns false.
   */
  request(request: Request, mayRead: () => boolean): Result<Response> {
    if (this.#running >= MAX_AT_ONCE) return OVERLOADED;
    const headers = new Headers({
      'Content-Type': 'application/x-ndjson',
      Vary: 'Accept-Encoding',
    });
    const lines = lineStream(this.#lines(mayRead));
    if (!ACCEPTS_GZIP.test(request.headers.get('accept-encoding') ?? '')) {
      return succeed(new Response(lines, { headers }));
    }
    headers.set('Content-Encoding', 'gzip');
    const gzip = new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
    return succeed(new Response(lines.pipeThrough(gzip), { headers, ...AS_IT_IS }));
  }

  async *#lines(mayRead: () => boolean): AsyncGenerator<string> {
    this.#running += 1;
    try {
      const texts = this.#document.copy();
      let next = await texts.next();
      for (; !next.done; next = await texts.next()) {
        if (!mayRead()) throw new Error('the reader may not read any more');
        yield oneLine(next.value);
      }
      if (next.value !== undefined) yield JSON.stringify({ cursor: next.value });
    } finally {
      this.#running -= 1;
    }
  }
}

/** Changes are stored as they came, perhaps with line breaks between tokens, but nowhere else. */
const oneLine = (json: string): string => (json.includes('\n') ? json.replaceAll('\n', ' ') : json);
