/** Characters that are handed on at once, or a few more. */
const CHUNK_LENGTH = 65_536;

/** The body of a response whose text is made as it is read, a chunk ahead of the reader. */
export function textStream(texts: Iterator<string, unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      let chunk = '';
      while (chunk.length < CHUNK_LENGTH) {
        const { value, done } = texts.next();
        if (done) break;
        chunk += value;
      }
      if (chunk === '') controller.close();
      else controller.enqueue(encoder.encode(chunk));
    },
    cancel() {
      texts.return?.();
    },
  });
}
