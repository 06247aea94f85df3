import { expect, it } from 'vitest';
import { FuzzFrames } from '../../../helpers/devices/fuzz-frames.ts';
import { ReferenceStore } from '../../../helpers/in-memory/reference-store.ts';
import { MemoryRoom, type MemorySocket } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { shortenWaits } from '../../../helpers/in-memory/short-waits.ts';

const FRAMES = Number(process.env.FUZZ_FRAMES ?? 100_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);

/** The number of attempts between two checks of the room. */
const BATCH = 200;

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function etagOf(room: MemoryRoom): Promise<string | null> {
  const response = await room.room.request(new Request('http://room/store'));
  return response.headers.get('etag');
}

it(`accepts from ${FRAMES} hostile frames only what TinyBase itself would (seed ${SEED})`, async ({
  annotate,
}) => {
  shortenWaits();
  const room = await new MemoryRoom({ MAX_FRAMES_PER_SECOND: 0, HEARTBEAT_SECONDS: 0 }).start();
  const fuzz = new FuzzFrames(SEED);
  const reference = await new ReferenceStore().start();
  const witness = await room.connect();
  let socket: MemorySocket | undefined;
  const counts = { refused: 0, taken: 0, changing: 0 };

  for (let sent = 0; sent < FRAMES; ) {
    const taken: string[] = [];
    const handled: Promise<void>[] = [];
    for (let attempt = 0; attempt < BATCH; attempt++) {
      for (const frame of fuzz.next()) {
        if (!socket || socket.closed) socket = await room.open();
        handled.push(room.room.message(socket, frame));
        await nextTurn();
        sent += 1;
        if (socket.closed) {
          counts.refused += 1;
        } else {
          const before = reference.hashes;
          taken.push(JSON.stringify(frame));
          await reference.receive(frame);
          counts.taken += 1;
          if (reference.hashes !== before) counts.changing += 1;
        }
      }
    }
    await Promise.all(handled);
    await room.settle();
    expect(await etagOf(room), `after taking\n${taken.join('\n')}`).toBe(reference.hashes);
  }

  await annotate(`of the frames: ${JSON.stringify(counts)}`);
  expect(counts.refused).toBeGreaterThan(FRAMES / 4);
  expect(counts.changing).toBeGreaterThan(FRAMES / 10);
  expect(witness.socket.closed).toBeUndefined();
  expect(witness.store.getMergeableContent()).toEqual(reference.store.getMergeableContent());
  const restarted = await new MemoryRoom({}, room.storage).start();
  expect(await etagOf(restarted)).toBe(reference.hashes);
}, 300_000);

it('accepts 10 MB of nested arrays as a value', async () => {
  const room = await new MemoryRoom().start();
  const depth = 5_000_000;
  for (const [head, tail] of [
    ['', ''],
    ['[null,3,[[{"t":[{"r":[{"c":[', ']}]}]}],[{}],1]]'],
    ['[null,4,{"a":', '}]'],
  ]) {
    const socket = await room.open();
    await room.room.message(socket, `\n${head}${'['.repeat(depth)}${']'.repeat(depth)}${tail}`);
    expect(socket.closed?.code).toBe(1007);
  }
  expect(room.storage.writes).toBe(0);
});

it.each(['', ',0', ',1,1'])(
  'closes a device whose change ends with "%s" instead of its marker',
  async (end) => {
    const room = await new MemoryRoom().start();
    const socket = await room.open();
    await room.room.message(socket, `\n[null,3,[[{}],[{"a":[1,"Ohqr1q1----ZD6bM"]}]${end}]]`);
    expect(socket.closed?.code).toBe(1007);
    expect(room.storage.writes).toBe(0);
  },
);
