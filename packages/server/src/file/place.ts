import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Where an interrupted command was, in a file beside the backup. */
export class Place<State extends object> {
  readonly #file: string;
  /** What has to be the same for the place to count. */
  readonly #subject: string;

  constructor(file: string, subject: readonly unknown[]) {
    this.#file = file;
    this.#subject = JSON.stringify(subject);
  }

  /** Undefined if there is none, or one of another subject. */
  async read(): Promise<State | undefined> {
    try {
      const { subject, ...state } = JSON.parse(await readFile(this.#file, 'utf8'));
      return subject === this.#subject ? state : undefined;
    } catch {
      return undefined;
    }
  }

  /** Replaces the place at once, so that a crash leaves this one or the one before. */
  async write(state: State): Promise<void> {
    const next = `${this.#file}.new`;
    await writeFile(next, JSON.stringify({ subject: this.#subject, ...state }));
    await rename(next, this.#file);
  }

  async forget(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
