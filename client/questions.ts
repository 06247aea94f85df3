import { getUniqueId } from 'tinybase';

interface Question {
  resolve(answer: string): void;
  reject(error: Error): void;
  timeout: ReturnType<typeof setTimeout>;
}

/** Requests of our own on a socket that TinyBase's synchronizer uses, and their responses. */
export class Questions {
  readonly #open = new Map<string, Question>();

  /** Has `send` send a request with the id it is given. Rejects if no answer comes in time. */
  ask(seconds: number, send: (id: string) => void): Promise<string> {
    const id = `tinyhost.${getUniqueId()}`;
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(
        () => this.#close(id)?.reject(new Error('no answer')),
        seconds * 1000,
      );
      this.#open.set(id, { resolve, reject, timeout });
      send(id);
    });
  }

  /** Takes a response; those to other requests are nothing to us. */
  answer(id: string, body: string): void {
    this.#close(id)?.resolve(body);
  }

  /** No answer will come any more. */
  drop(): void {
    for (const id of [...this.#open.keys()]) this.#close(id)?.reject(new Error('disconnected'));
  }

  #close(id: string): Question | undefined {
    const question = this.#open.get(id);
    clearTimeout(question?.timeout);
    this.#open.delete(id);
    return question;
  }
}
