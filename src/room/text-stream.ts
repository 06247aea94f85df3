/** Characters that are handed on at once, or a few more. */
const CHUNK_LENGTH = 65_536;

/** Characters up to which a text is written in one go, so that it shows one moment. */
const SHORT_LENGTH = 1_000_000;

/** The body of a response whose text is made as it is read, a chunk ahead of the reader. */
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

/** The body of a response: the text itself where it is short, or else a stream of it. */
export function textBody(texts: Iterator<string, unknown>): string | ReadableStream<Uint8Array> {
  const first = take(texts, SHORT_LENGTH);
  return first.length < SHORT_LENGTH ? first : textStream(resume(first, texts));
}

/** The next texts, of so many characters or a few more; fewer where that is the end. */
function take(texts: Iterator<string, unknown>, length: number): string {
  let taken = '';
  while (taken.length < length) {
    const { value, done } = texts.next();
    if (done) break;
    taken += value;
  }
  return taken;
}

function* resume(first: string, texts: Iterator<string, unknown>): Generator<string> {
  yield first;
  for (let next = texts.next(); !next.done; next = texts.next()) yield next.value;
}
