import type { RoomStorage } from '../platform.ts';

/** Least milliseconds until an alarm, so that no fault can make it ring without pause. */
const ALARM_PAUSE = 1_000;

/** Sets the alarm for `time`, in milliseconds since the epoch, unless an earlier one is set. */
export async function planAlarm(storage: RoomStorage, time: number, now: number): Promise<void> {
  const next = Math.max(time, now + ALARM_PAUSE);
  if (next === Number.POSITIVE_INFINITY) return storage.deleteAlarm();
  const planned = await storage.getAlarm();
  // A later alarm is from before a device came, or from before the clock was set back.
  const isGood = planned !== null && planned > now && planned <= next;
  if (!isGood) await storage.setAlarm(next);
}

/** When the next heartbeat is due. An alarm for something else does not bring it forward. */
export class BeatPlan {
  /** Milliseconds between heartbeats; 0 for none. */
  readonly #pause: number;
  #due: number | undefined;

  constructor(pause: number) {
    this.#pause = pause;
  }

  /** The time of the next heartbeat in milliseconds since the epoch; Infinity if none is needed. */
  next(now: number, isNeeded: boolean): number {
    if (this.#pause === 0 || !isNeeded) {
      this.#due = undefined;
      return Number.POSITIVE_INFINITY;
    }
    // After the clock was set back, the time would be far ahead.
    this.#due = Math.min(this.#due ?? Number.POSITIVE_INFINITY, now + this.#pause);
    return this.#due;
  }

  /** Whether a heartbeat is planned for later. */
  isEarly(now: number): boolean {
    return this.#due !== undefined && now < this.#due;
  }

  /** Plans the next one anew. */
  done(): void {
    this.#due = undefined;
  }
}
