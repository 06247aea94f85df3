import { getHlcFunctions } from 'tinybase/common';
import { expect, it } from 'vitest';
import type { CellStamp } from '../../../../src/document/cell-stamp.ts';
import { encodeChange } from '../../../../src/document/codec/change-encoder.ts';
import { utf8Length } from '../../../../src/protocol/utf8.ts';
import { MemoryRoom, type MemorySocket } from '../../../helpers/in-memory/rooms/memory-room.ts';

const [nextHlc] = getHlcFunctions('writer');

const frameOf = (edits: Omit<CellStamp, 'hlc'>[]): string =>
  `\n[null,3,${encodeChange(edits.map((edit) => ({ ...edit, hlc: nextHlc() })))}]`;

/** A frame of 2 MB. A log holds one, and the next one compacts it. */
const largeFrame = (text: string): string =>
  frameOf(
    Array.from({ length: 200 }, (_, row) => ({
      ...{ table: 't', row: `${row}`, id: 'c' },
      cell: text.repeat(10_000),
    })),
  );

const turn = () => new Promise((resolve) => setTimeout(resolve));

const keysOf = async ({ storage }: MemoryRoom): Promise<string[]> =>
  [...(await storage.list({ prefix: 'log' })).keys()].filter((key) => key !== 'log-head');

const isOfSnapshot = (key: string): boolean => key.startsWith('log-snapshot:');

async function begin(): Promise<{ room: MemoryRoom; socket: MemorySocket; work: Promise<void> }> {
  const room = await new MemoryRoom().start();
  const socket = await room.open();
  await room.deliver(socket, largeFrame('a'));
  const work = room.deliver(socket, largeFrame('b'));
  while (!(await keysOf(room)).some(isOfSnapshot)) await turn();
  expect(await room.storage.get('log-head')).toMatchObject({ first: 0 });
  return { room, socket, work };
}

it('keeps its event running until a compaction that a frame started is done, so that no engine evicts it', async () => {
  const { room, work } = await begin();
  await work;
  // Of the six records of the two frames, the last one is short enough to be kept.
  const records = (await keysOf(room)).filter((key) => !isOfSnapshot(key));
  expect(new Set(records.map((key) => key.split('.')[0])).size).toBe(1);
  expect(room.storage.bytes).toBeLessThan(2_700_000);
});

it('accepts, stores and forwards changes while its log is compacted', async () => {
  const { room, socket, work } = await begin();
  const other = await room.connect();
  await room.deliver(socket, frameOf([{ table: 't', row: '0', id: 'c', cell: 'later' }]));
  await room.step(10);
  expect(other.store.getCell('t', '0', 'c')).toBe('later');
  await work;
  await room.start();
  const { store } = await room.connect();
  expect(store.getMergeableContent()).toEqual(other.store.getMergeableContent());
});

it('leaves nothing of an account that is deleted while its log is compacted', async () => {
  const { room, work } = await begin();
  await room.post('/destroy', {});
  await work;
  await turn();
  expect((await room.storage.list()).size).toBe(0);
});

it('stops writing and closes its sockets if storage is full in the middle of a compaction', async () => {
  const { room, socket, work } = await begin();
  const put = room.storage.put.bind(room.storage);
  room.storage.put = () => Promise.reject(new Error('the disk is full'));
  await work;
  room.storage.put = put;
  await turn();
  expect(socket.closed?.code).toBe(1011);
  expect(await room.storage.get('log-head')).toMatchObject({ first: 0 });

  await room.start();
  const { store } = await room.connect();
  expect(store.getCell('t', '199', 'c')).toBe('b'.repeat(10_000));
});

it('writes long ids of tables and rows no more often than needed', async () => {
  const room = await new MemoryRoom().start();
  const socket = await room.open();
  const table = 't'.repeat(60_000);
  const edits = (cell: string) =>
    Array.from({ length: 300 }, (_, row) => ({ table, row: `${row}`, id: 'c', cell }));
  const frame = frameOf(edits('a'.repeat(1000)));
  for (const text of ['a', 'b', 'c', 'd']) {
    await room.deliver(socket, frameOf(edits(text.repeat(1000))));
  }
  expect((await keysOf(room)).some(isOfSnapshot)).toBe(true);
  expect(room.storage.bytes).toBeLessThan(3 * utf8Length(frame));
});
