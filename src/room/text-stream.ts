/** Characters of one chunk of a stream, or a few more. */
const CHUNK_LENGTH = 65_536;

/**
 * Texts of up to so many characters are written in one turn, so they show one state of the store.
 */
const SHORT_LENGTH = 1_000_000;

/** A stream of texts for the body of a response. It encodes one chunk ahead of the reader. */
export function textStream(texts: Iterator<string, unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const chunk = take(texts, CHUNK_LENGTH);
      if (chunk === '') controller.close();
      else controller.enqueue(encoder.encode(chunk));
    },
    cancel() {
      texts.return?.();
    },
  });
}

/** A stream of lines. It waits for each until the one before is read. */
export function lineStream(lines: AsyncIterator<string, unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${value}\n`));
    },
    async cancel() {
      await lines.return?.();
    },
  });
}

/** Passes chunks on while `holds` returns true. Then the stream fails, and its reader notices. */
export const streamWhile = (holds: () => boolean): TransformStream<Uint8Array, Uint8Array> =>
  new TransformStream({
    transform(chunk, controller) {
      if (holds()) controller.enqueue(chunk);
      else controller.error(new Error('the reader may not read any more'));
    },
  });

/** The body of a response: a short text as it is, a long one as a stream. */
export function textBody(texts: Iterator<string, unknown>): string | ReadableStream<Uint8Array> {
  const first = take(texts, SHORT_LENGTH);
  return first.length < SHORT_LENGTH ? first : textStream(resume(first, texts));
}

/** The next texts: about `length` characters, fewer at the end. */
function take(texts: Iterator<string, unknown>, length: number): string {
  let taken = '';
  while (taken.length < length) {
    const { value, done } = texts.next();
    if (done) break;
    taken += value;
  }
  return taken;
}

function resume(first: string, texts: Iterator<string, unknown>): Iterator<string, unknown> {
  let isBegun = false;
  return {
    next() {
      if (isBegun) return texts.next();
      isBegun = true;
      return { value: first };
    },
    return() {
      texts.return?.();
      return { value: undefined, done: true };
    },
  };
}
