import { expect, test } from 'vitest';
import { nextHlc } from '../../../../src/document/hlc.ts';
import { Document } from '../../../../src/room/content/document.ts';
import { nextTurn, openDocument, write } from '../../../helpers/in-memory/documents.ts';
import { FaultyStorage } from '../../../helpers/in-memory/storage/faulty-storage.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

const unread = (storage: MemoryStorage) =>
  new Document(
    storage,
    0,
    () => undefined,
    () => undefined,
  );

/** Storage whose content has grown much, by changes that were stored unread. */
async function grownUnread(bytes: number): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const document = unread(storage);
  await document.open();
  const hlc = nextHlc(Date.now(), '');
  document.storeUnread([{ table: 't', row: 'r', id: 'a', cell: 'x'.repeat(bytes), hlc }], {});
  return storage;
}

const sizeOf = async (storage: MemoryStorage) =>
  (await storage.get<{ recentBytes: number }>('log-head'))?.recentBytes;

test('a room that reads its content notes how large it is, so that the next one need not read it', async () => {
  const storage = await grownUnread(250_000);
  const first = unread(storage);
  await first.open();
  expect(first.takeWork()).toBeDefined();
  await first.load();
  expect(await sizeOf(storage)).toBeGreaterThan(250_000);
  const second = unread(storage);
  await second.open();
  expect(second.takeWork()).toBeUndefined();
});

test('content that grows while it is in memory is noted', async () => {
  const storage = new MemoryStorage();
  const document = await openDocument(storage);
  for (let cell = 0; cell < 40; cell++) write(document, cell, 'x'.repeat(10_000));
  expect(await sizeOf(storage)).toBeGreaterThan(300_000);
});

test('an edit is stored although the note of the size was refused', async () => {
  for (let refuseAt = 0; refuseAt < 15; refuseAt++) {
    const disk = await grownUnread(60_000);
    const storage = new FaultyStorage(disk, { refuseAt });
    const document = new Document(
      storage.asStorage,
      0,
      () => undefined,
      () => document.stop(),
    );
    await document.open();
    await document.load();
    // A refused write that matters would stop the document now.
    await nextTurn();
    const { refusedPuts } = storage;
    write(document, 1, 'edit');
    if (storage.refusedPuts > refusedPuts) continue;
    const stored = await openDocument(disk);
    expect(stored.tree.cellAt({ table: 't', row: 'r', id: '1' })).toBe('edit');
  }
});
