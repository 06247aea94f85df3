import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isHeartbeat } from '../../../../src/document/heartbeat.ts';
import { DELETED } from '../../../../src/protocol/stamps.ts';
import { utf8Length } from '../../../../src/protocol/utf8.ts';
import { Document } from '../../../../src/room/content/document.ts';
import { writeChanges } from '../../../../src/room/content/publication.ts';
import { type Faults, FaultyStorage } from '../../../helpers/in-memory/storage/faulty-storage.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

/**
 * The allowed size of a log beyond three times its content: the size at which the first compaction
 * starts.
 */
const MIN_LOG_BYTES = 270_000;

interface Edit {
  cell: number;
  /** Undefined for a deletion. */
  length: number | undefined;
  /** Whether a compaction may continue before the next edit. */
  pause: boolean;
}

interface Visit {
  edits: Edit[];
  faults: Faults;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  cell: fc.nat(12),
  length: fc.constantFrom(undefined, 0, 100, 5_000, 30_000, 130_000),
  pause: fc.boolean(),
});

/** A call to fail. A room makes up to about a hundred storage calls in one life. */
const call = fc.oneof(fc.nat(20), fc.nat(200));

const faults: fc.Arbitrary<Faults> = fc.oneof(
  fc.constant({}),
  fc.record({ crashAt: call }),
  fc.record({ refuseAt: call }),
);

const visits: fc.Arbitrary<Visit[]> = fc.array(
  fc.record({ edits: fc.array(edit, { maxLength: 20, size: 'max' }), faults }),
  { minLength: 10, maxLength: 30, size: 'max' },
);

const textOf = ({ cell, length }: Edit): string =>
  length === undefined ? DELETED : ['x', 'é', '漢'][cell % 3]!.repeat(length);

const kept = ({ tree }: Document) => [...tree.all()].filter((stamp) => !isHeartbeat(stamp));

const stateOf = (document: Document): string =>
  JSON.stringify(
    kept(document)
      .map(({ id, hlc, cell }) => `${id} ${hlc} ${String(cell).length}`)
      .sort(),
  );

const bytesOf = (document: Document): number =>
  writeChanges(kept(document)).reduce((sum, text) => sum + utf8Length(text), 0);

const turn = () => new Promise((resolve) => setTimeout(resolve));

async function work(document: Document): Promise<void> {
  for (let work = document.takeWork(); work; work = document.takeWork()) await work;
}

/**
 * Opens a room on this storage, and stops it if the storage refuses a write, as a real room does.
 */
async function open(storage: FaultyStorage): Promise<Document> {
  const document = new Document(
    storage.asStorage,
    0,
    () => undefined,
    () => document.stop(),
  );
  const loaded = document.open().then(() => document.load());
  await Promise.race([loaded, storage.crashed]);
  return document;
}

/** The content that must survive, and its largest size, in one life of a room. */
interface Life {
  state: string;
  peakBytes: number;
}

/** Runs a room until all edits are made and stored, or until a fault. */
async function live(disk: MemoryStorage, { edits, faults }: Visit, before: string): Promise<Life> {
  const storage = new FaultyStorage(disk, faults);
  const document = await open(storage);
  let state = before;
  let peakBytes = 0;
  if (storage.hasCrashed) return { state, peakBytes };
  for (const edit of edits) {
    const { refusedPuts: refused } = storage;
    peakBytes = Math.max(peakBytes, bytesOf(document));
    if (hasBeat(edit)) document.beat(Date.now());
    document.write([{ table: 't', row: 'r', id: `${edit.cell}`, cell: textOf(edit) }]);
    if (storage.hasCrashed || storage.refusedPuts > refused) break;
    state = stateOf(document);
    if (edit.pause) await turn();
    if (storage.hasCrashed || storage.refusedPuts > refused) break;
  }
  await Promise.race([work(document), storage.crashed]);
  return { state, peakBytes: Math.max(peakBytes, bytesOf(document)) };
}

const keysOf = async (disk: MemoryStorage): Promise<string[]> => [...(await disk.list()).keys()];

/** Returns the keys of replaced or unfinished generations. */
async function deadKeys(disk: MemoryStorage): Promise<string[]> {
  const none = { first: 0, kept: 0 };
  const { first, kept } = (await disk.get<typeof none>('log-head')) ?? none;
  const isDead = (key: string) => {
    const [, snapshot, sequence] = /^log(-snapshot)?:(\d+)/.exec(key)!;
    return snapshot ? Number(sequence) !== first : Number(sequence) < kept;
  };
  return (await keysOf(disk)).filter((key) => key !== 'log-head' && isDead(key));
}

const writtenBy = ({ edits }: Visit): number =>
  edits.reduce((sum, edit) => sum + utf8Length(textOf(edit)), 0);

const hasBeat = ({ cell, pause }: Edit): boolean => cell === 0 && pause;

const withHeartbeat = ({ edits }: Visit): boolean => edits.some(hasBeat);

const isPeaceful = ({ faults }: Visit): boolean =>
  faults.crashAt === undefined && faults.refuseAt === undefined;

async function copyOf(disk: MemoryStorage): Promise<MemoryStorage> {
  const copy = new MemoryStorage();
  for (const [key, value] of await disk.list()) await copy.put(key, value);
  return copy;
}

/** The first compaction leaves almost nothing, and then one large cell is replaced repeatedly. */
const SMALL_SNAPSHOT: Visit[] = [130_000, 0, 130_000, 129_999, 130_000, 129_999, 130_000].map(
  (length) => ({ edits: [{ cell: 2, length, pause: true }], faults: {} }),
);

it('stores everything in less than 3 times its size, whatever interrupts the room', async () => {
  await fc.assert(
    fc.asyncProperty(visits, async (visits) => {
      const disk = new MemoryStorage();
      let state = '[]';
      let storeBytes = 0;
      let isWell = true;
      for (const visit of visits) {
        const life = await live(disk, visit, state);
        state = life.state;
        const left = disk.bytes;
        const next = await copyOf(disk);
        const document = await open(new FaultyStorage(next));
        expect(stateOf(document)).toBe(state);
        await work(document);
        expect(next.bytes).toBeLessThan(3 * bytesOf(document) + MIN_LOG_BYTES);
        expect(await deadKeys(next)).toEqual([]);
        // Not even a compaction takes more, apart from the latest write.
        const largest = Math.max(storeBytes, life.peakBytes) * 3 + MIN_LOG_BYTES;
        if (isWell) expect(left).toBeLessThan(largest + writtenBy(visit));
        storeBytes = bytesOf(document);
        isWell = isPeaceful(visit);
        // A life that ended well leaves no work to the next. A heartbeat adds a few bytes to the
        // content of a life but is not stored, so it may cause a compaction.
        if (isWell && !withHeartbeat(visit)) expect(await keysOf(disk)).toEqual(await keysOf(next));
      }
    }),
    // Shrinking a failure takes minutes. In the example, a snapshot consists mostly of overhead.
    { numRuns: 20, endOnFailure: true, examples: [[SMALL_SNAPSHOT]] },
  );
}, 120_000);
