import { createMergeableStore, type MergeableStore } from 'tinybase';
import { expect, it } from 'vitest';
import { successor } from '../../../../src/document/hlc.ts';
import { PATH_HEADER } from '../../../../src/operations/proven-access.ts';
import { MemoryRoom, writerHeaders } from '../../../helpers/in-memory/rooms/memory-room.ts';

/**
 * Stores with the same id and a clock that stands still: their first writes have the same stamp.
 */
const NOW = Date.now();
const sharedStore = () => createMergeableStore('notes', () => NOW);

const contentOf = (store: MergeableStore) => store.getMergeableContent();

/** Two such devices that are connected, and one that observes. */
async function tiedDevices() {
  const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 0 }).start();
  const [ann, bob] = [await room.connect(sharedStore()), await room.connect(sharedStore())];
  return { room, ann, bob, watching: await room.connect() };
}

it('lets the first content win if two devices write different contents with the same stamp', async () => {
  const { room, ann, bob, watching } = await tiedDevices();
  ann.store.setCell('t', 'r', 'c', 'from ann').setValue('v', 'from ann');
  bob.store.setCell('t', 'r', 'c', 'from bob').setValue('v', 'from bob');
  await room.settle();

  for (const { store } of [ann, bob, watching]) {
    expect(store.getContent()).toEqual([{ t: { r: { c: 'from ann' } } }, { v: 'from ann' }]);
    expect(contentOf(store)).toEqual(contentOf(ann.store));
  }
});

it.each([
  ['a null', null],
  ['a deletion', undefined],
  ['an object', { a: 1 }],
])('resolves a tie with %s once and writes nothing more', async (_, cell) => {
  const { room, ann, bob } = await tiedDevices();
  ann.store.setCell('t', 'r', 'c', 1).setCell('t', 'r', 'c', 'from ann');
  bob.store.setCell('t', 'r', 'c', 1);
  if (cell === undefined) bob.store.delCell('t', 'r', 'c', true);
  else bob.store.setCell('t', 'r', 'c', cell);
  await room.settle();
  const { writes } = room.storage;
  await room.room.alarm();
  await room.settle();

  expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
  expect(room.storage.writes).toBe(writes);
});

it('gives way to every later write, also an offline one', async () => {
  const { room, ann, bob } = await tiedDevices();
  const away = createMergeableStore('away', () => NOW + 1);
  away.setCell('t', 'r', 'c', 'later');
  ann.store.setCell('t', 'r', 'c', 'from ann');
  bob.store.setCell('t', 'r', 'c', 'from bob');
  await room.settle();
  await room.connect(away);

  expect(bob.store.getCell('t', 'r', 'c')).toBe('later');
  expect(contentOf(bob.store)).toEqual(contentOf(away));
});

it('resolves ties from a manual sync for clients of both protocols', async () => {
  const { room, ann } = await tiedDevices();
  const persisting = await room.open({ protocol: 'partykit' });
  ann.store.setCell('t', 'r', 'c', 'from ann').setCell('t', 'r', 'd', 'from ann');
  await room.settle();
  const other = sharedStore().setCell('t', 'r', 'c', 'other').setCell('t', 'r', 'd', 'other');
  other.delCell('t', 'r', 'd', true);
  const response = await room.post('/manual-sync', { mergeableContent: contentOf(other) });
  const { mergeableContent } = (await response.json()) as { mergeableContent: never };
  other.setMergeableContent(mergeableContent);
  await room.settle();
  const again = await room.connect(other);

  expect(again.store.getCell('t', 'r', 'c')).toBe('from ann');
  expect(contentOf(ann.store)).toEqual(contentOf(again.store));
  expect(persisting.received.at(-1)).toContain('from ann');
});

it('resolves a tie with a change made over HTTP', async () => {
  const { room, ann } = await tiedDevices();
  const headers = { ...writerHeaders(), [PATH_HEADER]: '/values/v' };
  const put = { method: 'PUT', headers, body: '"from the script"' };
  await room.room.request(new Request('http://room/store', put));
  await room.settle();
  const stampOf = ({ store }: { store: MergeableStore }) => contentOf(store)[1][0].v!.slice(0, 2);
  const [, hlc] = stampOf(ann) as [string, string];
  await room.deliver(ann.socket, `\n[null,3,[[{}],[{"v":["tied","${hlc}"]}],1]]`);
  await room.settle();

  for (const device of [ann, await room.connect()]) {
    expect(stampOf(device)).toEqual(['from the script', successor(hlc)]);
  }
});

it('stamps just after the tie, and before the next stamp of any device', () => {
  expect(successor('')).toBe('----------------');
  expect(successor('Nn1JUUm-----7JQY')).toBe('Nn1JUUm---0-----');
  expect(successor('Nn1JUUmzzzz7JQYx')).toBe('Nn1JUUn---------');
});
