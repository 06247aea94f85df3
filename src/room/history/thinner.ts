import type { RoomStorage } from '../../platform.ts';
import { LogStorage } from '../log/log-storage.ts';
import { StepwiseWork } from '../stepwise-work.ts';
import {
  EVERYTHING,
  type MomentHead,
  momentEntries,
  momentKey,
  partsBetween,
  partsOfMoment,
  type StoredMoment,
  StoredMoments,
} from './moment-storage.ts';
import { joinAuthors, type Moment } from './moments.ts';
import { BeforeImages } from './past/before-images.ts';
import { horizonOf, nextStep, type Step } from './thinning.ts';

/** Milliseconds between two times at which the history is thinned. */
const PAUSE = 3_600_000;

/** Bytes of new moments, at least, after which it is thinned earlier. */
const MUCH = 1_000_000;

/**
 * Merges and removes old moments, in the background. Each step first writes what replaces moments,
 * and then removes those, so the history is valid wherever it is interrupted.
 */
export class Thinner {
  readonly #storage: LogStorage;
  readonly #moments: StoredMoments;
  readonly #days: number;
  #thinnedAt = 0;
  /** Bytes of moments that were stored since then. */
  #bytes = 0;
  /** The position of the newest moment. */
  #newest = 0;
  /** The position of a stored moment that goes on. */
  #open: number | undefined;
  readonly #work: StepwiseWork;

  constructor(storage: RoomStorage, days: number, onFailure: (error: unknown) => void) {
    this.#storage = new LogStorage(storage);
    this.#moments = new StoredMoments(storage);
    this.#days = days;
    this.#work = new StepwiseWork(onFailure);
  }

  /** Call it at the start, with the last and the first moment. Thins if the first is too old. */
  opened(last: MomentHead | undefined, first: MomentHead | undefined): void {
    this.#thinnedAt = last?.thinnedAt ?? 0;
    this.#newest = last?.from ?? 0;
    const isTooOld = first && first.until < horizonOf(this.#days, Date.now());
    if (isTooOld && first.kind !== 'mark') this.#work.start(this.#thin());
  }

  /** Call it before a moment is stored, which may go on. Returns its `thinnedAt`. */
  willStore({ from, images, contentBytes }: Moment, isOpen: boolean): number {
    this.#newest = from;
    this.#open = isOpen ? from : undefined;
    if (isOpen) return this.#thinnedAt;
    this.#bytes += images.bytes;
    const now = Date.now();
    const isDue = Math.abs(now - this.#thinnedAt) >= PAUSE;
    if (isDue || this.#bytes > Math.max(MUCH, contentBytes)) {
      this.#thinnedAt = now;
      this.#bytes = 0;
      this.#work.start(this.#thin());
    }
    return this.#thinnedAt;
  }

  /** Removes the whole history. */
  removeAll(): void {
    this.#work.start(this.#storage.removeRange(EVERYTHING));
  }

  /** Whether it changes stored moments at present. */
  get isRunning(): boolean {
    return this.#work.isRunning;
  }

  takeWork(): Promise<void> | undefined {
    return this.#work.takeWork();
  }

  stop(): void {
    this.#work.stop();
  }

  /** Yields after each write, so that `stop` prevents the next one. */
  async *#thin(): AsyncGenerator<void> {
    let heads: MomentHead[] = [];
    for await (const { first: _, ...head } of this.#moments.oldestFirst()) heads.push(head);
    heads = heads.filter(({ from }) => from !== this.#open);
    for (;;) {
      const step = nextStep(heads, this.#days, Date.now());
      if (!step) return;
      const replaced = yield* this.#take(step, heads);
      if (!replaced) return;
      const removed = new Set(step.moments);
      const at = heads.indexOf(step.moments[0]!);
      heads = heads.filter((head) => !removed.has(head));
      heads.splice(at, 0, ...replaced);
    }
  }

  /** Returns what replaces the moments; undefined if the step cannot be taken. */
  async *#take(step: Step, heads: MomentHead[]): AsyncGenerator<void, MomentHead[] | undefined> {
    const { moments } = step;
    switch (step.do) {
      case 'merge':
        return yield* this.#merge(moments);
      case 'strip':
        return yield* this.#strip(step.moments[0]);
      case 'remove': {
        const next = heads[moments.length]!;
        yield* this.#remove(moments, 0, next.from);
        return [];
      }
      case 'removeMerged':
        for (const head of moments) yield* this.#remove([head], head.from, head.to);
        return [];
    }
  }

  async *#remove(heads: MomentHead[], from: number, to: number): AsyncGenerator<void> {
    await this.#storage.delete(heads.map((head) => momentKey(head.from)));
    yield;
    yield* this.#storage.removeRange(partsBetween(from, to));
  }

  async *#merge(heads: MomentHead[]): AsyncGenerator<void, MomentHead[] | undefined> {
    const images = new BeforeImages();
    for (const { from } of heads) {
      const moment = await this.#moments.read(from);
      if (!moment) return undefined;
      images.addLater(moment.images.all());
    }
    const entries = momentEntries(joined(heads, images), heads.at(-1)!.thinnedAt);
    await this.#storage.put(entries);
    yield;
    const stored = entries.at(-1)![1] as StoredMoment;
    const [, ...others] = heads;
    await this.#storage.delete(others.map(({ from }) => momentKey(from)));
    yield;
    const { start, end } = partsOfMoment(stored);
    const parts = partsBetween(stored.from, stored.to);
    yield* this.#storage.removeRange({ start: parts.start, end: start });
    yield* this.#storage.removeRange({ start: end, end: parts.end });
    const { first: _, ...head } = stored;
    return [head];
  }

  /** The mark has the key of the next moment, and must not replace it. */
  async *#strip(only: MomentHead): AsyncGenerator<void, MomentHead[] | undefined> {
    if (only.from !== this.#newest) return undefined;
    const { to, until, thinnedAt } = only;
    const place = { from: to, to, after: until, since: until, until } as const;
    const mark: Moment = {
      ...{ kind: 'mark', ...place, by: [], contentBytes: 0, images: new BeforeImages() },
    };
    await this.#storage.put(momentEntries(mark, thinnedAt));
    yield;
    yield* this.#remove([only], 0, to);
    return undefined;
  }
}

/** A moment in the place of others that follow one another. */
function joined(heads: MomentHead[], images: BeforeImages): Moment {
  const [first, last] = [heads[0]!, heads.at(-1)!];
  return {
    ...{ kind: first.kind, from: first.from, to: last.to, after: first.after },
    ...{ since: first.since, until: last.until, images },
    by: heads.reduce<string[]>((by, head) => joinAuthors(by, head.by), []),
    contentBytes: Math.max(...heads.map(({ contentBytes }) => contentBytes)),
  };
}
