import { createMergeableStore, type MergeableStore } from 'tinybase';
import { mergeContent } from '../../../client/sync/merge-encoded-changes.ts';
import { ResumePoint, type StoredResumePoint } from '../../../client/sync/resume/resume-point.ts';
import { ResumingDevice } from '../in-memory/rooms/resuming-device.ts';
import { type Clocks, clocksOf } from './saved-claims.ts';

/** Clocks of devices differ by minutes. */
const CLOCK_STEP_MS = 50_000;

/** The length of the time and the counter of an HLC. The rest tells which store wrote it. */
const HLC_TIME = 11;

/** A device of our client, and how a test has interfered with it. */
export class ResumingActor {
  readonly device: ResumingDevice;
  /** Whether its cursor was changed, so that it tells nothing about what the server has. */
  isTampered = false;
  /** The cursors that it had. */
  readonly #cursors: string[] = [];
  /** Edits that it was made to forget before the server had them. */
  #forgotten: Clocks = new Map();
  readonly #writer: string;

  /** `number` tells its store and clock from those of others. */
  constructor(number: number, point = new ResumePoint()) {
    const id = `device ${number}`;
    const ahead = ((number % 4) - 1) * CLOCK_STEP_MS;
    this.#writer = writerOf(id);
    const store = createMergeableStore(id, () => Date.now() + ahead);
    if (number % 3 === 1) mirror(store);
    this.device = new ResumingDevice(store, point);
    this.device.fragmentSize = number % 2 === 0 ? 300 : 0;
    point.onChange = () => {
      if (point.cursor !== undefined) this.#cursors.push(point.cursor);
    };
  }

  /** A device that starts from a copy of this one's content and resume point. */
  async copy(number: number): Promise<ResumingActor> {
    const { store, point } = this.device;
    const stored: StoredResumePoint | undefined = structuredClone(point.toStored());
    const restored = new ResumePoint();
    const copy = new ResumingActor(number, restored);
    const hlcs = new Set(clocksOf(store).values());
    restored.isOld = ({ stamps }) => Object.values(stamps).every(([, hlc = '']) => hlcs.has(hlc));
    await mergeContent(copy.device.store, structuredClone(store.getMergeableContent()));
    restored.isOld = () => false;
    if (stored) restored.restore(stored);
    copy.isTampered = this.isTampered;
    copy.#forgotten = new Map(this.#forgotten);
    return copy;
  }

  /** A cursor that it had before; undefined if it had none. */
  earlierCursor(index: number): string | undefined {
    return this.#cursors[index % this.#cursors.length];
  }

  tamper(cursor: string | undefined): void {
    if (cursor === undefined) return;
    this.isTampered = true;
    this.device.point.advance(cursor);
  }

  /** Makes it believe that the server has all edits. */
  forgetEdits(): void {
    const { store, point } = this.device;
    const clocks = clocksOf(store);
    const edited = (point.toStored()?.edits ?? []).flatMap(({ path, ids }) =>
      path.length === 1 ? [path] : ids.map((id) => [...path, id]),
    );
    for (const key of edited.map((path) => JSON.stringify(path))) {
      this.#forgotten.set(key, clocks.get(key) ?? '');
    }
    point.acknowledge(Number.POSITIVE_INFINITY);
  }

  /** What it believes to be saved, without what it was made to forget. */
  get believed(): Clocks {
    const clocks = clocksOf(this.device.store);
    return new Map([...clocks].filter(([key, hlc]) => this.#forgotten.get(key) !== hlc));
  }

  /** The part of that which it has written itself. */
  get believedOwn(): Clocks {
    return new Map([...this.believed].filter(([, hlc]) => hlc.slice(HLC_TIME) === this.#writer));
  }
}

/** An app that writes while it takes in a change, which TinyBase then does not send. */
function mirror(store: MergeableStore): void {
  const listener = () =>
    store.setValue('mirrored', JSON.stringify(store.getCell('a', 'a', 'c') ?? null));
  store.addCellListener('a', 'a', 'c', listener, true);
}

function writerOf(id: string): string {
  const store = createMergeableStore(id).setValue('any', 1);
  return [...clocksOf(store as never).values()][0]!.slice(HLC_TIME);
}
