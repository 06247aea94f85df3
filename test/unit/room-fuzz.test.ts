import { createMergeableStore } from 'tinybase';
import { expect, it } from 'vitest';
import { FrameFuzzer } from '../helpers/fuzz.ts';
import { MemoryRoom, type MemorySocket } from '../helpers/memory-room.ts';

const FRAMES = Number(process.env.FUZZ_FRAMES ?? 100_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 32);

/** What a real client sends: requests, responses, changes, of cells, values, JSON and deletions. */
async function recordFrames(): Promise<string[]> {
  const room = await new MemoryRoom().start();
  const other = await room.connect();
  other.store.setTables({ a: { r: { c: 1 } }, b: { r: { c: 'x' } } });
  const store = createMergeableStore();
  store.setTables({ a: { r: { d: null }, s: { c: [1] } }, '': { '': { '': true } } });
  store.setValues({ v: 1, w: { deep: { er: [] } } });
  const device = await room.connect(store);
  store.delRow('a', 's').delValue('v').setCell('b', 'r', 'c', 'changed');
  await room.settle();
  return device.socket.sent;
}

/** Waits for the room, whose message handler must never throw. */
const send = (room: MemoryRoom, socket: MemorySocket, frame: string) => room.deliver(socket, frame);

it(`lives through ${FRAMES} hostile frames, and only valid changes change anything`, async () => {
  const room = await new MemoryRoom({ MAX_FRAMES_PER_SECOND: 0, MAX_DEVICES: 0 }).start();
  const witness = await room.connect();
  const fuzzer = new FrameFuzzer(SEED, await recordFrames());
  let socket = await room.open();
  for (let count = 0; count < FRAMES; count++) {
    if (socket.closed) socket = await room.open();
    const frame = fuzzer.next();
    const before = [room.storage.writes, witness.socket.received.length];
    const handled = send(room, socket, frame);
    if (socket.closed) {
      const after = [room.storage.writes, witness.socket.received.length];
      expect([SEED, frame, ...after]).toEqual([SEED, frame, ...before]);
    }
    if (count % 64 === 0) await handled;
    if (count % 1000 === 0) await room.settle();
  }
  await room.settle();

  expect(room.storage.writes, `seed ${SEED}`).toBeGreaterThan(FRAMES / 1000);
  expect(witness.socket.closed, `seed ${SEED}`).toBeUndefined();
  const restarted = await new MemoryRoom({}, room.storage).start();
  const [late, fresh] = [await room.connect(), await restarted.connect()];
  expect(late.store.getContent(), `seed ${SEED}`).toEqual(witness.store.getContent());
  expect(fresh.store.getTables(), `seed ${SEED}`).toEqual(late.store.getTables());
}, 300_000);

it('takes ten megabytes of nested arrays for what they are', async () => {
  const room = await new MemoryRoom().start();
  const depth = 5_000_000;
  for (const [head, tail] of [
    ['', ''],
    ['[null,3,[[{"t":[{"r":[{"c":[', ']}]}]}],[{}],1]]'],
    ['[null,4,{"a":', '}]'],
  ]) {
    const socket = await room.open();
    await send(room, socket, `\n${head}${'['.repeat(depth)}${']'.repeat(depth)}${tail}`);
    expect(socket.closed?.code).toBe(1007);
  }
  expect(room.storage.writes).toBe(0);
});
