import { expect, it } from 'vitest';
import { momentEntries, StoredMoments } from '../../../../src/room/history/moment-storage.ts';
import type { Moment } from '../../../../src/room/history/moments.ts';
import { BeforeImages } from '../../../../src/room/history/past/before-images.ts';
import { LogStorage } from '../../../../src/room/log/log-storage.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/storage/recording-storage.ts';

/** Longer than three values of room storage. */
const LARGE = 400_000;

function momentAt(from: number, to: number, text: string): Moment {
  const images = new BeforeImages();
  images.note({ table: 't', row: 'r', id: 'c' }, text);
  const times = { after: from * 10, since: from * 10, until: to * 10 };
  return { kind: 'changes', from, to, ...times, by: ['ann'], contentBytes: 100, images };
}

const store = (storage: MemoryStorage, moment: Moment): Promise<void> =>
  new LogStorage(storage).put(momentEntries(moment));

const headOf = ({ images: _, ...head }: Moment) => expect.objectContaining(head);

/** The moments, oldest first. */
async function headsIn(storage: MemoryStorage): Promise<unknown[]> {
  const heads: unknown[] = [];
  for await (const head of new StoredMoments(storage).newestFirst()) heads.unshift(head);
  return heads;
}

const endOf = async (stored: StoredMoments) => (await stored.last())?.to;

it.each([
  ['small', 'x'],
  ['ASCII in several parts', 'x'.repeat(LARGE)],
  ['in several parts that divide characters', 'ä🙂'.repeat(LARGE / 4)],
])('reads what it has stored: %s', async (_, text) => {
  const storage = new MemoryStorage();
  const moments = [momentAt(0, 100, text), momentAt(100, 250, 'last')];
  for (const moment of moments) await store(storage, moment);
  const stored = new StoredMoments(storage);
  expect(await headsIn(storage)).toEqual(moments.map(headOf));
  expect(await endOf(stored)).toBe(250);
  expect(await stored.read(0)).toEqual(moments[0]);
  expect(await stored.read(100)).toEqual(moments[1]);
  expect(await stored.read(50)).toBeUndefined();
});

it('ends nowhere if there is none', async () => {
  const storage = new MemoryStorage();
  expect(await new StoredMoments(storage).last()).toBeUndefined();
  expect(await headsIn(storage)).toEqual([]);
});

it('leaves out moments before a gap', async () => {
  const storage = new MemoryStorage();
  const moments = [momentAt(0, 100, 'a'), momentAt(120, 200, 'b'), momentAt(200, 300, 'c')];
  for (const moment of moments) await store(storage, moment);
  expect(await headsIn(storage)).toEqual(moments.slice(1).map(headOf));
});

it('ends before a moment that lacks a part, and keeps it until a later attempt is complete', async () => {
  const storage = new RecordingStorage();
  await store(storage, momentAt(0, 100, 'a'));
  const attempts = ['first', 'second'].map((word) => momentAt(100, 200, word.padEnd(LARGE)));
  for (const attempt of attempts) {
    // As if each value were stored by itself.
    for (const [key, value] of momentEntries(attempt)) await storage.put(key, value);
  }
  const interrupted = new MemoryStorage();
  const stored = new StoredMoments(interrupted);
  const ends: (number | undefined)[] = [];
  for (const mutation of storage.mutations) {
    await apply(interrupted, mutation);
    ends.push(await endOf(stored));
    const read = await stored.read(100);
    if (read) expect(attempts).toContainEqual(read);
    expect(read !== undefined).toBe(ends.at(-1) === 200);
  }
  expect(ends).toEqual([100, 100, 100, 100, 200, 200, 200, 200, 200]);
});
