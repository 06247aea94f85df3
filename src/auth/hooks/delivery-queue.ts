import { type Delivery, isDue, subjectOf } from './delivery.ts';

/** A pending delivery, and its key in storage. */
export interface Queued {
  readonly key: string;
  delivery: Delivery;
  /** Characters of the event as JSON. */
  characters: number;
  /** Whether an attempt is under way. */
  isRunning: boolean;
}

/** The pending deliveries of one hook, in the order of their events. */
export class DeliveryQueue {
  readonly #all = new Map<string, Queued>();
  /** By the subject of their events. Only the first one of a subject may be under way. */
  readonly #lanes = new Map<string, Queued[]>();
  /** Characters of all events as JSON. */
  #characters = 0;

  get count(): number {
    return this.#all.size;
  }

  get characters(): number {
    return this.#characters;
  }

  get all(): Iterable<Queued> {
    return this.#all.values();
  }

  add(key: string, delivery: Delivery): Queued {
    const queued = { key, delivery, characters: sizeOf(delivery), isRunning: false };
    this.#all.set(key, queued);
    const subject = subjectOf(delivery.event);
    this.#lanes.set(subject, [...(this.#lanes.get(subject) ?? []), queued]);
    this.#characters += queued.characters;
    return queued;
  }

  /** Replaces a delivery by another of the same subject. */
  replace(queued: Queued, delivery: Delivery): void {
    this.#characters -= queued.characters;
    queued.delivery = delivery;
    queued.characters = sizeOf(delivery);
    this.#characters += queued.characters;
  }

  /** Removes a delivery. Returns false if it was removed before. */
  remove({ key, delivery, characters }: Queued): boolean {
    if (!this.#all.delete(key)) return false;
    const subject = subjectOf(delivery.event);
    const rest = (this.#lanes.get(subject) ?? []).filter((other) => other.key !== key);
    if (rest.length > 0) this.#lanes.set(subject, rest);
    else this.#lanes.delete(subject);
    this.#characters -= characters;
    return true;
  }

  find(id: string): Queued | undefined {
    return [...this.#all.values()].find(({ delivery }) => delivery.id === id);
  }

  /** The last delivery of a subject. */
  lastOf(subject: string): Queued | undefined {
    return this.#lanes.get(subject)?.at(-1);
  }

  /** The oldest delivery that is not under way. */
  oldest(): Queued | undefined {
    return [...this.#all.values()].find(({ isRunning }) => !isRunning);
  }

  /** The delivery to attempt now: the one that is due first, of those that are first in order. */
  next(now: number): Queued | undefined {
    let next: Queued | undefined;
    for (const queued of this.#firsts()) {
      if (!isDue(queued.delivery.due, now)) continue;
      if (!next || queued.delivery.due < next.delivery.due) next = queued;
    }
    return next;
  }

  /** When the next attempt is due, in milliseconds since the epoch; Infinity if none is. */
  get nextDue(): number {
    return Math.min(...Array.from(this.#firsts(), ({ delivery }) => delivery.due));
  }

  *#firsts(): Generator<Queued> {
    for (const [first] of this.#lanes.values()) if (first && !first.isRunning) yield first;
  }
}

const sizeOf = ({ event }: Delivery): number => JSON.stringify(event).length;
