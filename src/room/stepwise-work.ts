/** Work on stored data in steps, each in a turn of its own, one work at a time. */
export class StepwiseWork {
  readonly #onFailure: (error: unknown) => void;
  #isRunning = false;
  #unawaited: Promise<void> | undefined;
  #stopped = false;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Begins in the next turn. Does nothing while other work is running, or after `stop`. */
  start(steps: AsyncGenerator<void>): void {
    if (this.#isRunning || this.#stopped) return;
    this.#isRunning = true;
    this.#unawaited = this.#run(steps).catch(this.#onFailure);
  }

  async #run(steps: AsyncGenerator<void>): Promise<void> {
    try {
      await nextTurn();
      if (this.#stopped) return;
      for await (const _ of steps) {
        await nextTurn();
        if (this.#stopped) return;
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** The work that was started since the last call, if any, to be awaited. */
  takeWork(): Promise<void> | undefined {
    const work = this.#unawaited;
    this.#unawaited = undefined;
    return work;
  }

  /** From now on no further step begins. */
  stop(): void {
    this.#stopped = true;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
