import { Gunzip } from 'fflate';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { parseJson } from '../protocol/frame.ts';
import { markInexact } from './exact-json.ts';
import { isGzipped } from './media-type.ts';
import { OVERLOADED, type Share } from './workload.ts';

type Chunks = AsyncGenerator<Uint8Array>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;

/**
 * How much of a refused body is still read and thrown away, and for how long, in milliseconds: in
 * all, and waiting for more. A client that is still sending sees a broken connection, not the
 * refusal, unless it is heard out.
 */
const MAX_DRAINED_BYTES = 67_108_864;
const MAX_DRAINING = 30_000;
const MAX_SILENCE = 5_000;

/**
 * How slowly a body may come: in milliseconds without a byte and, after as long, in bytes per
 * millisecond on average (128 kbit/s). What has come of it takes up memory all that time.
 */
const MAX_PAUSE = 30_000;
const SLOWEST = 16;

/** Compressed bytes that are expanded at once; they may become a thousand times as many. */
const SLICE_BYTES = 16_384;

/**
 * Reads a body of JSON, which is UTF-8, gzipped or not, and expanded has at most `maxBytes` (0 for
 * any number) that also fit into `share`. Numbers that cannot be kept come out infinite. Fails with
 * `payload_too_large`, `overloaded`, `request_timeout` or `invalid_json`.
 */
export async function readJson(
  request: Request,
  maxBytes: number,
  share?: Share,
): Promise<Result<unknown>> {
  const text = await readJsonText(request, maxBytes, share);
  if (!text.ok) return text;
  const json = parseJson(text.value);
  return json === undefined ? NOT_JSON : succeed(json);
}

const NOT_JSON = fail('invalid_json', 'the body is not JSON, or nested too deeply');

const TOO_SLOW = fail('request_timeout', 'the body came too slowly');

/** The text that `readJson` parses. */
export async function readJsonText(
  request: Request,
  maxBytes: number,
  share?: Share,
): Promise<Result<string>> {
  if (!request.body) return succeed('');
  const reader = request.body.getReader();
  const isPacked = isGzipped(request.headers.get('content-encoding'));
  const chunks = isPacked ? expand(chunksOf(reader)) : chunksOf(reader);
  const text = await decode(chunks, maxBytes || Number.POSITIVE_INFINITY, share);
  if (text.ok) return succeed(markInexact(text.value));
  // What was read of it is forgotten.
  share?.end();
  if (text !== TOO_SLOW) await drain(reader);
  else reader.cancel().catch(() => undefined);
  return text;
}

/** Engines read the same bytes as different texts, unless each has to use a decoder of this kind. */
async function decode(
  chunks: Chunks,
  maxBytes: number,
  share: Share | undefined,
): Promise<Result<string>> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) return fail('payload_too_large', `the body is over ${maxBytes} bytes`);
      if (share && !share.grow(bytes)) return OVERLOADED;
      text += decoder.decode(chunk, { stream: true });
    }
    return succeed(text + decoder.decode());
  } catch (error) {
    if (error instanceof SlownessError) return TOO_SLOW;
    return fail('invalid_json', 'the body is not UTF-8, or not what its Content-Encoding says');
  }
}

class SlownessError extends Error {}

/** Leaves the reader as it is where nobody asks for more. Throws where it is too slow. */
async function* chunksOf(reader: Reader): Chunks {
  const began = Date.now();
  let bytes = 0;
  for (;;) {
    const next = await within(MAX_PAUSE, reader.read());
    if (next?.done) return;
    bytes += next?.value.byteLength ?? 0;
    if (!next || Date.now() - began > MAX_PAUSE + bytes / SLOWEST) throw new SlownessError();
    yield next.value;
  }
}

/** Engines would expand all they are given at once, before anybody can count it. */
async function* expand(chunks: Chunks): Chunks {
  const expanded: Uint8Array[] = [];
  const gunzip = new Gunzip((bytes) => expanded.push(bytes));
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.byteLength; start += SLICE_BYTES) {
      gunzip.push(chunk.subarray(start, start + SLICE_BYTES));
      yield* expanded.splice(0);
    }
  }
  gunzip.push(new Uint8Array(), true);
  yield* expanded;
}

/** Reads what is left of a refused body, within bounds. */
export async function drain(reader: Reader): Promise<void> {
  const end = Date.now() + MAX_DRAINING;
  let left = MAX_DRAINED_BYTES;
  while (left > 0 && Date.now() < end) {
    const bytes = await within(
      MAX_SILENCE,
      reader.read().then(sizeOf, () => undefined),
    );
    if (bytes === undefined) break;
    left -= bytes;
  }
  reader.cancel().catch(() => undefined);
}

const sizeOf = ({ value }: ReadableStreamReadResult<Uint8Array>) => value?.byteLength;

/** What is promised, or undefined after so many milliseconds. */
async function within<Value>(milliseconds: number, promise: Promise<Value>) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
