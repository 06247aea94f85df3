/** Sends a request whose body the test writes in chunks. */
export class SlowBody {
  readonly response: Promise<Response>;
  readonly #bytes: WritableStreamDefaultWriter<Uint8Array>;

  constructor(url: string, method: string, headers: Record<string, string>) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.#bytes = writable.getWriter();
    this.response = fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json', Connection: 'close', ...headers },
      body: readable,
      duplex: 'half',
    } as RequestInit);
  }

  /** Resolves when the chunk has been written to the network. */
  send(text: string): Promise<void> {
    return this.#bytes.write(new TextEncoder().encode(text));
  }

  async finish(
    text = '',
  ): Promise<{ status: number; error: string | undefined; headers: Headers }> {
    if (text !== '') await this.send(text);
    await this.#bytes.close();
    const response = await this.response;
    const answer = await response.text();
    const error = response.ok ? undefined : (JSON.parse(answer) as { error: string }).error;
    return { status: response.status, error, headers: response.headers };
  }
}
