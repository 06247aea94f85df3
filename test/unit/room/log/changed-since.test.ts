import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ListOptions } from '../../../../src/platform.ts';
import type { Document } from '../../../../src/room/content/document.ts';
import {
  hashesAfterReturn,
  hashesOf,
  idle,
  isStillKept,
  nextTurn,
  openDocument,
  positionOf,
  type Visit,
  visit,
} from '../../../helpers/in-memory/documents.ts';
import { type Faults, FaultyStorage } from '../../../helpers/in-memory/storage/faulty-storage.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

interface Edit {
  cell: number;
  length: number;
  /** Edits of this cell in one turn. */
  times: number;
}

type Step =
  | { edit: Edit }
  /** A compaction may continue. */
  | { pause: true }
  /** The room ends after so many further calls of storage, and another one starts. */
  | { crashAt: number }
  /** Somebody returns with an earlier cursor, while the next steps happen. */
  | { returning: number };

const edit = fc.record({
  cell: fc.nat(5),
  length: fc.constantFrom(1, 100, 5_000, 20_000),
  times: fc.constantFrom(1, 1, 2, 3),
});

/** More records than storage returns in one call. */
const burst = fc.record({ cell: fc.nat(5), length: fc.constant(9), times: fc.constant(150) });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ edit }) },
  { weight: 1, arbitrary: fc.record({ edit: burst }) },
  { weight: 6, arbitrary: fc.constant<Step>({ pause: true }) },
  { weight: 1, arbitrary: fc.record({ crashAt: fc.oneof(fc.nat(5), fc.nat(60)) }) },
  { weight: 3, arbitrary: fc.record({ returning: fc.nat(1_000) }) },
);

const steps = fc.array(step, { minLength: 60, maxLength: 150, size: 'max' });

/** Answers in a later turn, so that compactions and edits happen between two pages. */
class SlowStorage extends MemoryStorage {
  override async list<Value>(options?: ListOptions): Promise<Map<string, Value>> {
    await nextTurn();
    return super.list(options);
  }
}

/** How many cursors were right from before a compaction, and how many were too old. */
const counts = { right: 0, refused: 0 };

/** A room that ends and starts again on the same storage, and all cursors that it has given out. */
class Room {
  readonly #disk = new SlowStorage();
  readonly #visits: Visit[] = [];
  readonly #returns: Promise<void>[] = [];
  #storage!: FaultyStorage;
  #document!: Document;

  async start(faults?: Faults): Promise<void> {
    this.#storage?.crash();
    this.#storage = new FaultyStorage(this.#disk, faults);
    const opening = openDocument(this.#storage.asStorage);
    const document = await Promise.race([opening, this.#storage.crashed]);
    if (!document) return this.start();
    this.#document = document;
    this.#visits.push(visit(document));
  }

  async do(step: Step): Promise<void> {
    if ('edit' in step) this.#edit(step.edit);
    else if ('pause' in step) await nextTurn();
    else if ('crashAt' in step) await this.start(step);
    else this.#letReturn(this.#visits[step.returning % this.#visits.length]!);
    if (this.#storage.hasCrashed) await this.start();
    else this.#visits.push(visit(this.#document));
  }

  #edit({ cell, length, times }: Edit): void {
    if (cell === 1) this.#document.beat(Date.now());
    const place = cell === 0 ? { table: null, row: '' } : { table: 't', row: `${cell % 3}` };
    for (let time = 0; time < times; time++) {
      const text = ['x', 'é'][cell % 2]!.repeat(length + time);
      this.#document.write([{ ...place, id: `${cell}`, cell: text }]);
    }
  }

  #letReturn(visit: Visit): void {
    // Without a call of storage, the next step would come before the comparison.
    if (visit.cursor === this.#document.cursor()) return;
    const { crashed } = this.#storage;
    this.#returns.push(Promise.race([this.#check(this.#document, visit), crashed]));
  }

  async #check(document: Document, visit: Visit): Promise<void> {
    const hashes = await hashesAfterReturn(document, visit);
    if (hashes) expect(hashes).toEqual(hashesOf(document.tree));
  }

  /** Lets all cursors return after a last start. */
  async end(): Promise<void> {
    await Promise.race([idle(this.#document), this.#storage.crashed]);
    await Promise.all(this.#returns);
    await this.start();
    await idle(this.#document);
    const head = await this.#disk.get<{ id: string; first: number; kept: number }>('log-head');
    for (const visit of new Map(this.#visits.map((visit) => [visit.cursor, visit])).values()) {
      const hashes = await hashesAfterReturn(this.#document, visit);
      // An empty log may get another id at each start.
      if (!head || !visit.cursor.startsWith(head.id)) continue;
      const position = positionOf(visit.cursor);
      const isKept = await isStillKept(this.#disk, position);
      expect(hashes).toEqual(isKept ? hashesOf(this.#document.tree) : undefined);
      if (!isKept) counts.refused++;
      else if (position < head.first) counts.right++;
    }
  }
}

it('gives a client that returns all that has changed, or tells that it cannot, whatever happened meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const room = new Room();
      await room.start();
      for (const step of steps) await room.do(step);
      await room.end();
    }),
    { numRuns: 20, endOnFailure: true },
  );
  expect(Math.min(counts.right, counts.refused)).toBeGreaterThan(0);
}, 120_000);
