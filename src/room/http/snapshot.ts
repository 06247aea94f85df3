import type { Document } from '../document.ts';
import { lineStream } from '../text-stream.ts';

/** Whether `Accept-Encoding` has gzip, with another weight than 0. */
const ACCEPTS_GZIP = /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i;

/** Room responses are sent as they are. By default, Workers would compress this one again. */
const AS_IT_IS = { encodeBody: 'manual' } as ResponseInit;

/**
 * `GET /:namespace/snapshot`: a full copy of the store as lines of JSON, read from storage as fast
 * as the client takes them. Each line is the body of a ContentDiff; their order does not matter.
 * The last line is `{"cursor":…}`. It is missing if the copy is not complete.
 */
export function snapshotResponse(document: Document, request: Request): Response {
  const headers = new Headers({ 'Content-Type': 'application/x-ndjson', Vary: 'Accept-Encoding' });
  const lines = lineStream(copyLines(document));
  if (!ACCEPTS_GZIP.test(request.headers.get('accept-encoding') ?? '')) {
    return new Response(lines, { headers });
  }
  headers.set('Content-Encoding', 'gzip');
  const compression = new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
  return new Response(lines.pipeThrough(compression), { headers, ...AS_IT_IS });
}

async function* copyLines(document: Document): AsyncGenerator<string> {
  const texts = document.copy();
  for (;;) {
    const { value, done } = await texts.next();
    if (done) {
      if (value !== undefined) yield JSON.stringify({ cursor: value });
      return;
    }
    // Stored as it came, so there may be line breaks between its tokens, but nowhere else.
    yield value.includes('\n') ? value.replaceAll('\n', ' ') : value;
  }
}
