import { createMergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { describe, expect, it } from 'vitest';
import { NOTICE_ID, readNotices } from '../../../src/protocol/notice.ts';
import {
  MemoryRoom,
  type MemorySocket,
  writerHeaders,
} from '../../helpers/in-memory/rooms/memory-room.ts';

const MINUTES = 60_000;

const deliver = async (room: MemoryRoom, socket: MemorySocket, data: string) => {
  await room.deliver(socket, data);
  return socket.closed?.code;
};

describe('a device whose clock is ahead', () => {
  it('loses only changes stamped beyond the limit, and is told which', async () => {
    const room = await new MemoryRoom().start();
    let ahead = 0;
    const store = createMergeableStore('ahead', () => Date.now() + ahead);
    store.setCell('t', 'r', 'early', 1);
    store.setValue('early', 1);
    ahead = 10 * MINUTES;
    store.setCell('t', 'r', 'late', 2);
    store.setValue('late', 2);
    const notices: unknown[] = [];
    const socket = await room.open();
    const synchronizer = await createWsSynchronizer(
      store,
      socket.clientEnd,
      5,
      undefined,
      (_from, requestId, _message, body) => {
        if (requestId === NOTICE_ID) notices.push(readNotices(body).clock_ahead);
      },
    );
    void synchronizer.startSync();
    await room.settle();

    const other = await room.connect();
    expect(other.store.getContent()).toEqual([{ t: { r: { early: 1 } } }, { early: 1 }]);
    expect(notices).toContainEqual({
      server_time: expect.any(String),
      limit_seconds: 240,
      refused: [['t', 'r', 'late']],
    });
    expect(notices).toContainEqual(expect.objectContaining({ refused: [['late']] }));
    expect(socket.closed).toBeUndefined();
  });

  it('has a limit of at most the five minutes that TinyBase allows', async () => {
    const room = await new MemoryRoom({ MAX_CLOCK_AHEAD_SECONDS: 3600 }).start();
    const ahead = await room.connect(createMergeableStore('a', () => Date.now() + 10 * MINUTES));
    ahead.store.setValue('v', 1);
    await room.settle();

    expect((await room.connect()).store.getValues()).toEqual({});
  });
});

describe('the heartbeat', () => {
  it("belongs to the server: a device's change of it is corrected everywhere", async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect(createMergeableStore('ann', () => Date.now() + MINUTES));
    const bob = await room.connect();
    ann.store.setValue('heartbeat', 'mine');
    await room.settle();

    const heartbeat = String(ann.store.getValue('heartbeat'));
    expect(Date.parse(heartbeat)).not.toBeNaN();
    expect(bob.store.getMergeableContent()).toEqual(ann.store.getMergeableContent());
  });

  it('is not stored, and a returning device with an old one gets in sync', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    await room.room.alarm();
    await room.settle();
    expect(ann.store.getValue('heartbeat')).toBeTypeOf('string');
    expect(room.storage.dump()).not.toContain('heartbeat');

    const restarted = await new MemoryRoom({}, room.storage).start();
    const again = await restarted.connect(ann.store);
    const other = await restarted.connect();
    expect(other.store.getMergeableContent()).toEqual(again.store.getMergeableContent());
  });

  it('is sent only while a device is connected', async () => {
    const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 10 }).start();
    expect(room.storage.alarm).toBeNull();
    const ann = await room.connect();
    const expected = Date.now() + 10_000;
    expect(Math.abs(room.storage.alarm! - expected)).toBeLessThan(5_000);
    ann.socket.close(1000, '');
    await room.settle();
    expect(room.storage.alarm).toBeNull();
  });
});

describe('a full store', () => {
  it('refuses growth with its own code, sends its content, and accepts deletions', async () => {
    const room = await new MemoryRoom({ MAX_STORE_BYTES: 10_000 }).start();
    const ann = await room.connect();
    ann.store.setCell('t', 'r', 'c', 'x'.repeat(8_000));
    await room.settle();
    ann.store.setCell('t', 'r', 'd', 'x'.repeat(8_000));
    await room.settle();
    expect(ann.socket.closed).toEqual({ code: 4004, reason: 'store full' });

    const bob = await room.connect();
    expect(bob.store.getTable('t')).toEqual({ r: { c: 'x'.repeat(8_000) } });
    bob.store.delCell('t', 'r', 'c');
    await room.settle();
    bob.store.setCell('t', 'r', 'd', 'x'.repeat(8_000));
    await room.settle();
    expect(bob.socket.closed).toBeUndefined();
    const late = await room.connect();
    expect(late.store.getMergeableContent()).toEqual(bob.store.getMergeableContent());
  });

  it('refuses a manual sync that grows it, completely', async () => {
    const room = await new MemoryRoom({ MAX_STORE_BYTES: 10_000 }).start();
    const store = createMergeableStore();
    store.setTables({ t: { r: { small: 1, large: 'x'.repeat(20_000) } } });
    const response = await room.post('/manual-sync', {
      mergeableContent: store.getMergeableContent(),
    });

    expect(await response.json()).toMatchObject({ error: 'store_full' });
    expect((await room.connect()).store.getTables()).toEqual({});
  });
});

describe('the limits of a room', () => {
  it('admit no more devices than MAX_DEVICES', async () => {
    const room = await new MemoryRoom({ MAX_DEVICES: 2 }).start();
    const sockets = [await room.open(), await room.open(), await room.open()];

    expect(sockets.map(({ closed }) => closed?.code)).toEqual([undefined, undefined, 4003]);
  });

  it('close a device that floods it', async () => {
    const room = await new MemoryRoom({ MAX_FRAMES_PER_SECOND: 1 }).start();
    const socket = await room.open();
    const codes: unknown[] = [];
    for (let frame = 0; frame < 6; frame++) codes.push(await deliver(room, socket, 'S\n["",1,""]'));

    expect(codes.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(codes.at(-1)).toBe(1013);
  });

  it.each([
    ['a frame without a line break', 'hello', 1007],
    ['invalid JSON', 'S\n[', 1007],
    ['an unknown message', 'S\n["",9,""]', 1007],
    ['a body of another message', 'S\n["",4,[]]', 1007],
    ['a stamp without brackets', 'S\n[null,3,[[{}],[{"v":1}],1]]', 1007],
    ['invalid JSON in a cell', 'S\n[null,3,[[{}],[{"v":["\uFFFD{"]}],1]]', 1007],
    ['an invalid HLC', 'S\n[null,3,[[{}],[{"v":[1,"later"]}],1]]', 1007],
    ['a fragment past the end', 'S\n0123456789abcdef\n2\n2\nx', 1007],
    ['too many fragments', 'S\n0123456789abcdef\n0\n1001\nx', 1013],
    ['a multiplexed hello', 'S\n["id",-1,[0,1]]', 4005],
    ['a multiplexed frame', 'M\nchannel\nS\n["id",1,""]', 4005],
  ])('close a socket that sends %s', async (_, frame, code) => {
    const room = await new MemoryRoom().start();
    const socket = await room.open();

    expect(await deliver(room, socket, frame)).toBe(code);
    expect(room.storage.writes).toBe(0);
  });
});

it('refuse a multiplexed client in a way that its library reports', async () => {
  const room = await new MemoryRoom().start();
  const socket = await room.open();
  const end = Object.assign(socket.clientEnd, { protocol: 'tinybase' });
  const synchronizer = createWsSynchronizer(createMergeableStore(), end, 'channel', 1);
  const refused = expect(synchronizer).rejects.toThrow(/^tinybase:/);
  await room.settle();

  await refused;
  expect(socket.closed).toBeDefined();
});

describe('a room whose sessions end', () => {
  it('closes their sockets, including those that are still connecting', async () => {
    const room = await new MemoryRoom().start();
    const [gone, kept] = [await room.open(), await room.open({ session_hash: 'b' })];
    const end = { session_hashes: ['a'], close: 'sessionEnded' };

    expect(await (await room.post('/end-sessions', end)).json()).toEqual({ closed: 1 });
    await room.start();
    const late = await room.open();
    expect([gone, kept, late].map(({ closed }) => closed?.code)).toEqual([4001, undefined, 4001]);
  });

  it('closes a socket at the first heartbeat after its session expired', async () => {
    const room = await new MemoryRoom().start();
    const socket = await room.open();
    (socket.state as { expires_at: string }).expires_at = new Date(0).toISOString();
    await room.room.alarm();

    expect(socket.closed?.code).toBe(4001);
  });
});

it('keeps nothing of a deleted account', async () => {
  const room = await new MemoryRoom().start();
  const { store, socket } = await room.connect();
  store.setValue('v', 1);
  await room.settle();

  expect((await room.post('/destroy', {})).ok).toBe(true);
  expect(socket.closed?.code).toBe(4002);
  expect(room.storage.dump()).toBe('[]');
  expect((await room.open()).closed?.code).toBe(4002);
  expect((await room.post('/destroy', {})).ok).toBe(true);
});

it('accepts nothing for an account that is deleted while the request is in transit', async () => {
  const room = await new MemoryRoom().start();
  const { socket } = await room.connect();
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const upload = new Request('http://room/manual-sync', {
    method: 'POST',
    headers: writerHeaders(),
    body: body.readable,
    duplex: 'half',
  } as RequestInit);
  const answered = room.room.request(upload);
  await room.deliver(socket, '\n["",3,[[{}],[{"v":[1,"Nn1JUUm-----7JQY"]}],1]]');
  await room.post('/destroy', {});

  const writer = body.writable.getWriter();
  const content = createMergeableStore().setValue('v', 2).getMergeableContent();
  await writer.write(new TextEncoder().encode(JSON.stringify({ mergeableContent: content })));
  await writer.close();
  expect(await (await answered).json()).toMatchObject({ error: 'unauthorized' });
  expect(room.storage.dump()).toBe('[]');
});
