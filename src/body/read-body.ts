import { Gunzip } from 'fflate';
import { isTimeout, timeout, withDeadline } from '../deadline.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { parseJson } from '../protocol/frame.ts';
import { markInexact } from './exact-json.ts';
import { isGzipped } from './media-type.ts';
import { OVERLOADED, type Share } from './workload.ts';

type Chunks = AsyncGenerator<Uint8Array>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;

/**
 * Limits for reading the rest of a refused body: bytes, milliseconds in all, and milliseconds
 * without a byte. Without this, a client that is still sending sees a broken connection instead of
 * the refusal.
 */
const MAX_DRAINED_BYTES = 67_108_864;
const MAX_DRAINING = 30_000;
const MAX_SILENCE = 5_000;

/**
 * The slowest pace of a body: milliseconds without a byte and, after that time, bytes per
 * millisecond on average (128 kbit/s). The part that has arrived takes memory meanwhile.
 */
const MAX_PAUSE = 30_000;
const SLOWEST = 16;

/** Compressed bytes that are expanded at once, to up to a thousand times as many. */
const SLICE_BYTES = 16_384;

/**
 * Reads a JSON body in UTF-8, gzipped or not. Its expanded size is limited by `maxBytes` (0 means
 * no limit) and by `share`. Integers that JavaScript would round become infinite. Fails with
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

/** The same without parsing. */
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
  // Frees the part that was read.
  share?.end();
  if (text !== TOO_SLOW) await drain(reader);
  else reader.cancel().catch(() => undefined);
  return text;
}

/** Decodes UTF-8 strictly, because the engines' defaults decode invalid bytes differently. */
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
    if (isTimeout(error)) return TOO_SLOW;
    return fail('invalid_json', 'the body is not UTF-8, or not what its Content-Encoding says');
  }
}

/** The chunks of a body. Throws a timeout if they come too slowly. The reader stays open. */
async function* chunksOf(reader: Reader): Chunks {
  const began = Date.now();
  let bytes = 0;
  for (;;) {
    const { done, value } = await withDeadline(reader.read(), MAX_PAUSE);
    if (done) return;
    bytes += value.byteLength;
    if (Date.now() - began > MAX_PAUSE + bytes / SLOWEST) throw timeout();
    yield value;
  }
}

/**
 * Expands a gzipped body in slices, so that its size can be checked. Engines expand a chunk at
 * once.
 */
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

/** Reads and discards the rest of a refused body, within limits. */
export async function drain(reader: Reader): Promise<void> {
  const end = Date.now() + MAX_DRAINING;
  let left = MAX_DRAINED_BYTES;
  while (left > 0 && Date.now() < end) {
    const bytes = await withDeadline(reader.read(), MAX_SILENCE).then(sizeOf, () => undefined);
    if (bytes === undefined) break;
    left -= bytes;
  }
  reader.cancel().catch(() => undefined);
}

/** Reads and discards the body of a refused request that nobody has begun to read. */
export async function drainUnread({ body }: Request): Promise<void> {
  if (body && !body.locked) await drain(body.getReader());
}

const sizeOf = ({ value }: ReadableStreamReadResult<Uint8Array>) => value?.byteLength;
