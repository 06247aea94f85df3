import { IDBDatabase } from 'fake-indexeddb';
import type { MergeableStore } from 'tinybase';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { OfflineCopy } from '../../../../client/offline/offline-copy.ts';
import { openOfflineCopy } from '../../../../client/offline/open-copy.ts';
import type { ResumePoint } from '../../../../client/sync/resume/resume-point.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';
import type { ResumingDevice } from '../../../helpers/in-memory/rooms/resuming-device.ts';
import {
  kindsOf,
  newDevice,
  untilSaved,
} from '../../../helpers/in-memory/rooms/resuming-devices.ts';
import { COPY, fakeIndexedDB } from '../../../helpers/simulated-client/offline-tabs.ts';

beforeEach(() => void fakeIndexedDB());

interface ResumingTab {
  device: ResumingDevice;
  store: MergeableStore;
  point: ResumePoint;
  copy: OfflineCopy;
}

/** Opens a tab with a copy, as a connection does. */
async function openTab(name = COPY): Promise<ResumingTab> {
  const created = newDevice();
  const { store, point } = created;
  const copy = openOfflineCopy(store, { name, point }, () => undefined);
  onTestFinished(() => copy.stop());
  await copy.ready;
  return { device: created, store, point, copy };
}

/** Everything that is acknowledged by the server. */
function acknowledge({ point }: ResumingTab, cursor: string): void {
  point.advance(cursor);
  point.acknowledge(Number.POSITIVE_INFINITY);
}

test('the cursor and the unacknowledged edits are kept with the copy', async () => {
  const tab = await openTab();
  tab.store.setRow('tasks', 'a', { title: 'one', done: false });
  acknowledge(tab, 'log.1');
  tab.store.setCell('tasks', 'a', 'done', true);
  tab.store.setValue('color', 'green');
  await tab.copy.stop();
  const { point, store } = await openTab();
  expect(point.toStored()).toEqual({
    cursor: 'log.1',
    edits: [
      { path: ['tasks', 'a'], ids: ['done'] },
      { path: ['color'], ids: ['color'] },
    ],
  });
  expect(point.readEdits(store)).toMatchObject([
    { path: ['tasks', 'a'], stamps: { done: [true, expect.any(String)] } },
    { path: ['color'], stamps: { color: ['green', expect.any(String)] } },
  ]);
});

test('what the copy brings into the store is no edit', async () => {
  const tab = await openTab();
  tab.store.setRow('tasks', 'a', { title: 'one' });
  acknowledge(tab, 'log.1');
  await tab.copy.stop();
  const { point } = await openTab();
  expect(point.toStored()).toEqual({ cursor: 'log.1', edits: [] });
});

/**
 * Kills the storage of each copy after as many transactions that write as its name says, until the
 * returned function is called.
 */
function crashAll(): () => void {
  const real = IDBDatabase.prototype.transaction;
  const writes = new Map<string, number>();
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction');
  spy.mockImplementation(function (this: IDBDatabase, names, mode, options) {
    if (mode === 'readwrite') writes.set(this.name, (writes.get(this.name) ?? 0) + 1);
    if ((writes.get(this.name) ?? 0) > Number(this.name)) throw new Error('the tab has crashed');
    return real.call(this, names, mode, options);
  });
  return () => spy.mockRestore();
}

/** What a tab does until it crashes: edits online and offline, while others edit too. */
async function live(tab: ResumingTab, room: MemoryRoom, other: ResumingDevice): Promise<void> {
  const { device } = tab;
  device.store.setRow('tasks', 'mine', { title: 'online' });
  await untilSaved(room, device, other);
  await pause();
  device.store.transaction(() => {
    for (let row = 0; row < 450; row++) device.store.setRow('tasks', `row${row}`, { a: row });
  });
  await untilSaved(room, device, other);
  await pause();
  device.leave();
  device.store.setCell('tasks', 'mine', 'title', 'offline');
  device.store.delCell('tasks', 'row7', 'a', true);
  await pause();
  device.store.setValue('color', 'green');
  other.store.setCell('tasks', 'row8', 'a', 'theirs');
  await untilSaved(room, other);
  await pause();
}

/** Longer than the copy waits for further edits. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 300));

test('after a crash of the tab between any two writes, the copy resumes without losing or missing an edit', async () => {
  const endCrash = crashAll();
  const crashes = Array.from({ length: 12 }, async (_, count) => {
    const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 10 }).start();
    const other = newDevice();
    await other.join(room);
    const crashed = await openTab(`${count}`);
    await crashed.device.join(room);
    await live(crashed, room, other);
    crashed.device.stop();
    await crashed.copy.stop();
    return { name: `${count}`, room, other };
  });
  const crashed = await Promise.all(crashes);
  endCrash();
  const found = new Set<string>();
  for (const { name, room, other } of crashed) {
    const { device: back, point } = await openTab(name);
    const stored = point.toStored();
    const kept = back.store.getRow('tasks', 'mine');
    await back.join(room);
    await untilSaved(room, back, other);
    expect(back.store.getMergeableContentHashes()).toEqual(other.store.getMergeableContentHashes());
    if ('title' in kept) expect(other.store.getRow('tasks', 'mine')).toEqual(kept);
    const hasCursor = stored?.cursor !== undefined;
    if (hasCursor) expect(kindsOf(back.socket!.sent)).toEqual([MESSAGE.syncPoint]);
    found.add(hasCursor ? `${stored.edits.length} edited paths` : 'no cursor');
  }
  // Otherwise the crashes would not have hit what they were meant to hit.
  expect([...found]).toEqual(
    expect.arrayContaining(['no cursor', '0 edited paths', '3 edited paths']),
  );
}, 60_000);
