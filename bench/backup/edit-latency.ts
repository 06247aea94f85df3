import { pause } from '../sync/pause.ts';
import { LoadGenerator } from '../sync/scenarios/load-generator.ts';
import type { Room } from '../sync/server.ts';

const EDITS_PER_SECOND = 100;

/** A user who edits at even intervals, and another device of the same user. */
export class PacedEditor {
  readonly #load: LoadGenerator;

  private constructor(load: LoadGenerator) {
    this.#load = load;
  }

  static async open(room: Room): Promise<PacedEditor> {
    return new PacedEditor(await LoadGenerator.open(room, 1));
  }

  /**
   * Edits while something else runs. Returns its result, and the milliseconds from each edit until
   * the other device had it.
   */
  async editDuring<Value>(
    run: () => Promise<Value>,
  ): Promise<{ value: Value; latencies: number[] }> {
    const load = this.#load;
    const sentAt: number[] = [];
    const latencies: number[] = [];
    load.onDelivery = (before, last) => {
      const now = performance.now();
      for (let edit = before + 1; edit <= last; edit++) latencies.push(now - sentAt[edit]!);
    };
    let isOver = false;
    const running = run().finally(() => {
      isOver = true;
    });
    // A failure is thrown below, after the edits.
    running.catch(() => undefined);
    const start = performance.now();
    for (let count = 0; !isOver; count++) {
      const due = start + (count * 1000) / EDITS_PER_SECOND;
      await pause(Math.max(0, due - performance.now()));
      sentAt[load.sent + 1] = performance.now();
      load.send(1);
    }
    await load.untilDelivered();
    return { value: await running, latencies };
  }

  close(): void {
    this.#load.close();
  }
}
