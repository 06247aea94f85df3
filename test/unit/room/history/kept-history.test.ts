import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { nextHlc } from '../../../../src/document/hlc.ts';
import { DELETED } from '../../../../src/protocol/stamps.ts';
import { Document } from '../../../../src/room/content/document.ts';
import { History } from '../../../../src/room/history/history.ts';
import { headOf, idle, nextTurn } from '../../../helpers/in-memory/documents.ts';
import {
  contentAtPoint,
  momentsOf,
  plainOf,
} from '../../../helpers/in-memory/history/history-world.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/storage/recording-storage.ts';

const BEGIN = 1_900_000_000_000;
const SECOND = 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
});
afterEach(() => {
  vi.useRealTimers();
});

async function openWithHistory(storage: MemoryStorage) {
  const fail = (error: unknown) => {
    throw error;
  };
  const history = new History(storage, 30, fail);
  const document = new Document(storage, 0, () => undefined, fail, history);
  await document.open();
  return { document, history };
}

type Room = Awaited<ReturnType<typeof openWithHistory>>;

const contentAt = ({ document }: Room, time: number) => contentAtPoint(document, { time });

const edit = (id: string, cell: string | null) => ({ table: 't', row: 'r', id, cell });

interface Seen {
  at: number;
  content: unknown;
  /** Writes of storage until then. */
  writes: number;
}

/** Writes for half an hour, during compactions too, and returns what the store was every 20 s. */
async function work(room: Room, storage: RecordingStorage, rounds: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (let round = 0; round < rounds; round++) {
    vi.setSystemTime(Date.now() + 20 * SECOND);
    const text = round % 7 === 0 ? DELETED : `${round}`.padEnd(round % 9 === 0 ? 120_000 : 9_000);
    room.document.write([edit(`${round % 5}`, text), edit('round', `${round}`)]);
    const { tree } = room.document;
    seen.push({ at: Date.now(), content: plainOf(tree), writes: storage.mutations.length });
    if (round % 2 === 0) await nextTurn();
  }
  return seen;
}

it('tells what the store was at the end of each moment, wherever a compaction was interrupted', async () => {
  const storage = new RecordingStorage();
  const room = await openWithHistory(storage);
  await room.document.load();
  const seen = await work(room, storage, 60);
  await idle(room.document);
  const stopped = new MemoryStorage();
  let compared = 0;
  for (const [index, mutation] of storage.mutations.entries()) {
    await apply(stopped, mutation);
    const again = await openWithHistory(stopped.copy());
    await again.document.load();
    again.document.endMoment();
    const heads = await momentsOf(again.history);
    const known = seen.filter(({ writes }) => writes <= index + 1);
    for (const { at, content } of known.slice(-9)) {
      if (heads.some(({ since, until }) => since <= at && at < until)) continue;
      expect(await contentAt(again, at)).toEqual(content);
      compared++;
    }
    if (known.length > 0) expect(heads[0]?.from).toBe(0);
    again.document.stop();
  }
  expect((await headOf(storage)).first).toBeGreaterThan(0);
  expect(compared).toBeGreaterThan(50);
});

it('has what came before the content was read, and while it was read', async () => {
  const storage = new MemoryStorage();
  const first = await openWithHistory(storage);
  await first.document.load();
  first.document.write([edit('a', 'one'), edit('b', 'one')]);
  const { at, content } = { at: Date.now(), content: plainOf(first.document.tree) };

  const second = await openWithHistory(storage);
  vi.setSystemTime(BEGIN + 100 * SECOND);
  const stamp = (id: string, cell: string) => ({ ...edit(id, cell), hlc: nextHlc(Date.now(), '') });
  second.document.storeUnread([stamp('a', 'two')], {});
  const loading = second.document.load();
  second.document.storeUnread([stamp('b', 'two')], {});
  for (let turn = 0; !second.document.isLoaded; turn++) {
    second.document.storeUnread([stamp(`new${turn}`, 'x')], {});
    await Promise.resolve();
  }
  await loading;
  expect(second.document.tree.cellAt(edit('new9', null))).toBe('x');
  expect(await contentAt(second, at)).toEqual(content);
});

it('writes one value for a minute of edits, and none without edits', async () => {
  const storage = new RecordingStorage();
  const room = await openWithHistory(storage);
  await room.document.load();
  for (let key = 0; key < 200; key++) {
    vi.setSystemTime(BEGIN + key * 250);
    room.document.write([edit('title', 'x'.repeat(key))]);
  }
  const writes = storage.mutations.length;
  room.document.endMoment();
  room.document.endMoment();
  expect(storage.mutations.length).toBe(writes + 1);
  const [head, ...others] = await momentsOf(room.history);
  expect(others).toEqual([]);
  expect(head).toMatchObject({ from: 0, since: BEGIN, until: BEGIN + 199 * 250 });
});

it('begins anew after a time without history, and shows nothing before', async () => {
  const storage = new MemoryStorage();
  const room = await openWithHistory(storage);
  await room.document.load();
  room.document.write([edit('a', 'one')]);
  room.document.endMoment();
  const without = new Document(
    storage,
    0,
    () => undefined,
    () => undefined,
  );
  await without.open();
  await without.load();
  for (let round = 0; (await headOf(storage)).first === 0; round++) {
    without.write([edit('b', `${round}`.padEnd(50_000))]);
    await idle(without);
  }
  const again = await openWithHistory(storage);
  await again.document.load();
  expect(await momentsOf(again.history)).toEqual([]);
  vi.setSystemTime(BEGIN + 100 * SECOND);
  again.document.write([edit('a', 'three')]);
  again.document.endMoment();
  const heads = await momentsOf(again.history);
  expect(heads.map(({ since }) => since)).toEqual([BEGIN + 100 * SECOND]);
});

it('keeps one moment while the log is compacted again and again, and what came before that', async () => {
  const storage = new MemoryStorage();
  const room = await openWithHistory(storage);
  await room.document.load();
  room.document.write([edit('a', 'first'), edit('b', 'first')]);
  room.document.endMoment();
  const before = plainOf(room.document.tree);
  const ends = new Set<number>();
  for (let round = 0; round < 40; round++) {
    room.document.write([
      edit('a', `${round}`.padEnd(60_000)),
      edit(`new${round % 5}`, `${round}`),
    ]);
    await idle(room.document);
    ends.add((await headOf(storage)).first);
  }
  expect(ends.size).toBeGreaterThan(4);
  expect(await storage.list({ prefix: 'moment:' })).toHaveProperty('size', 2);
  const [, second] = await momentsOf(room.history);
  const again = await openWithHistory(storage);
  await again.document.load();
  expect(await contentAtPoint(again.document, { moment: second!.from })).toEqual(before);
});

it('connects moments around records that have replaced nothing', async () => {
  const storage = new MemoryStorage();
  const room = await openWithHistory(storage);
  await room.document.load();
  room.document.write([edit('a', 'x'.repeat(60_000))]);
  room.document.endMoment();
  // Corrections repeat the content under later stamps.
  for (let round = 0; (await headOf(storage)).first === 0; round++) {
    const stamp = { ...edit('a', 'x'.repeat(60_000)), hlc: nextHlc(Date.now() + round, '') };
    room.document.merge([stamp]);
    room.document.flush();
    await idle(room.document);
  }
  const again = await openWithHistory(storage);
  await again.document.load();
  again.document.write([edit('b', 'new')]);
  again.document.endMoment();
  expect((await momentsOf(again.history)).map(({ from }) => from)).toEqual([0, expect.any(Number)]);
  expect(await contentAtPoint(again.document, { moment: 0 })).toEqual({ tables: {}, values: {} });
});
