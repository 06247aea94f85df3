import { getUniqueId } from 'tinybase/common';
import { Silence } from './silence.ts';

interface Question {
  resolve(answer: string): void;
  reject(error: Error): void;
  silence: Silence;
}

/** Requests of our own on a socket that TinyBase's synchronizer uses, and their responses. */
export class Questions {
  readonly #open = new Map<string, Question>();

  /**
   * Has `send` send a request with the id it is given. Rejects if nothing is heard for so many
   * milliseconds, or no answer comes in many times that.
   */
  ask(milliseconds: number, send: (id: string) => void): Promise<string> {
    const id = `tinyhost.${getUniqueId()}`;
    return new Promise((resolve, reject) => {
      const silence = new Silence(() => this.#close(id)?.reject(new Error('no answer')));
      this.#open.set(id, { resolve, reject, silence });
      silence.expect(milliseconds);
      send(id);
    });
  }

  /** The server is alive, and may still be busy with what it was sent before. */
  heard(): void {
    for (const { silence } of this.#open.values()) silence.heard();
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
    question?.silence.stop();
    this.#open.delete(id);
    return question;
  }
}
