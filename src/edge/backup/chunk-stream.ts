/** A stream of chunks. It waits for each until the one before is read. */
export const chunkStream = (
  chunks: AsyncIterator<Uint8Array, unknown>,
): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
