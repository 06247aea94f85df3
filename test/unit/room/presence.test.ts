import { serialize } from 'node:v8';
import { describe, expect, it, vi } from 'vitest';
import { isAddress } from '../../../src/email-address.ts';
import { NOTICE_ID, readNotices } from '../../../src/protocol/notice.ts';
import { type PresenceUpdate, readPresenceUpdates } from '../../../src/protocol/presence.ts';
import type { MemoryRoom, MemorySocket } from '../../helpers/in-memory/rooms/memory-room.ts';
import { StoreRoom } from '../../helpers/in-memory/rooms/store-room.ts';

/** Engines store up to 2,048 bytes, with an id, a URL and tags of their own. */
const STATE_BOUND = 1_950;

const member = { account: crypto.randomUUID(), email: 'a@b.example', namespace: 'n', shard: '000' };

const open = (room: MemoryRoom, email = member.email) =>
  room.open({ resumes: true, member: { ...member, email } });

const set = (room: MemoryRoom, socket: MemorySocket, data: unknown) =>
  room.deliver(socket, `\n${JSON.stringify([null, 101, data === null ? null : { data }])}`);

/** All updates that a device got. */
const updatesOf = ({ received }: MemorySocket): PresenceUpdate[] =>
  received.flatMap((frame) => {
    const [id, , body] = JSON.parse(frame.slice(frame.indexOf('\n') + 1)) as unknown[];
    return id === NOTICE_ID ? readPresenceUpdates(readNotices(body).presence) : [];
  });

const dataOf = (socket: MemorySocket) =>
  updatesOf(socket).map((update) => ('data' in update ? update.data : 'gone'));

describe('presence', () => {
  it('reaches the devices that use it, with its member, and newcomers at their first message', async () => {
    const room = await new StoreRoom(member).create();
    const [ann, bob, silent] = [await open(room), await open(room), await open(room)];
    await set(room, bob, null);
    await set(room, ann, { at: 1 });
    const update = {
      device: expect.any(String),
      member: { id: member.account, email: member.email },
      data: { at: 1 },
    };
    expect(updatesOf(bob)).toEqual([update]);
    expect(updatesOf(silent)).toEqual([]);
    await set(room, silent, null);
    expect(updatesOf(silent)).toEqual([update]);
    expect(updatesOf(ann)).toEqual([]);
  });

  it('is invisible to plain devices and persisters', async () => {
    const room = await new StoreRoom(member).create();
    const plain = await room.open();
    const persister = await room.open({ protocol: 'partykit' });
    const before = [plain.received.length, persister.received.length];
    await set(room, await open(room), 'here');
    expect([plain.received.length, persister.received.length]).toEqual(before);
  });

  it('is kept through an eviction and ends when its device disconnects or withdraws it', async () => {
    const room = await new StoreRoom(member).create();
    const [ann, bob, eve] = [await open(room), await open(room), await open(room)];
    await set(room, ann, 'ann');
    await set(room, eve, 'eve');
    await room.start();
    await set(room, bob, null);
    expect(dataOf(bob)).toEqual(['ann', 'eve']);
    ann.close(1001, '');
    await room.settle();
    expect(dataOf(bob)).toEqual(['ann', 'eve', 'gone']);
    await set(room, eve, null);
    expect(dataOf(bob)).toEqual(['ann', 'eve', 'gone', 'gone']);
  });

  describe('with an id that its device has chosen', () => {
    const send = (room: MemoryRoom, socket: MemorySocket, body: object) =>
      room.deliver(socket, `\n${JSON.stringify([null, 101, body])}`);
    const device = 'AbCd-12_fghi';

    it('moves from a half-open connection to a new one of its session, and nobody notices', async () => {
      const room = await new StoreRoom(member).create();
      const [former, bob] = [await open(room), await open(room)];
      await set(room, bob, null);
      await send(room, former, { device, data: 'ann' });
      const ann = await open(room);
      await send(room, ann, { device, data: 'ann' });
      former.close(1006, '');
      await room.settle();
      const update = { device, member: { id: member.account, email: member.email }, data: 'ann' };
      expect(updatesOf(bob)).toEqual([update]);
      expect(updatesOf(ann)).toEqual([]);
      const again = await open(room);
      await send(room, again, { device });
      expect(dataOf(bob)).toEqual(['ann', 'gone']);
      ann.close(1006, '');
      again.close(1006, '');
      await room.settle();
      expect(dataOf(bob)).toEqual(['ann', 'gone']);
    });

    it('is not taken over by another session', async () => {
      const room = await new StoreRoom(member).create();
      const [ann, bob] = [await open(room), await open(room)];
      await set(room, bob, null);
      await send(room, ann, { device, data: 'ann' });
      const eve = await room.open({ resumes: true, session_hash: 'e', member });
      await send(room, eve, { device, data: 'eve' });
      expect(dataOf(bob)).toEqual(['ann', 'eve']);
      expect(new Set(updatesOf(bob).map((update) => update.device)).size).toBe(2);
      eve.close(1000, '');
      await room.settle();
      expect(dataOf(bob)).toEqual(['ann', 'eve', 'gone']);
      expect(updatesOf(bob).at(-1)?.device).not.toBe(device);
    });
  });

  it('ends when the room closes its device', async () => {
    const room = await new StoreRoom(member).create();
    const [ann, bob] = [
      await open(room),
      await room.open({ resumes: true, session_hash: 'b', member }),
    ];
    await set(room, ann, 'ann');
    await set(room, bob, null);
    await room.post('/end-sessions', { session_hashes: ['a'], close: 'sessionEnded' });
    await room.settle();
    expect(dataOf(bob)).toEqual(['ann', 'gone']);
  });

  it('of a silent device ends at the alarm after 20 s, without heartbeats too', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const room = await new StoreRoom(member, { HEARTBEAT_SECONDS: 0 }).create();
      const [ann, bob] = [await open(room), await open(room)];
      await set(room, ann, 'ann');
      await set(room, bob, null);
      const due = await room.storage.getAlarm();
      expect(due).toBe(Date.now() + 20_000);
      vi.setSystemTime(Date.now() + 12_000);
      await set(room, ann, 'ann');
      vi.setSystemTime(Date.now() + 8_000);
      await room.room.alarm();
      expect(dataOf(bob)).toEqual(['ann']);
      expect(await room.storage.getAlarm()).toBe(Date.now() + 12_000);
      vi.setSystemTime(Date.now() + 12_000);
      await room.room.alarm();
      expect(dataOf(bob)).toEqual(['ann', 'gone']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is forwarded at most every 50 ms, and the last update arrives', async () => {
    vi.useFakeTimers();
    try {
      const room = await new StoreRoom(member).create();
      const [ann, bob] = [await open(room), await open(room)];
      await set(room, bob, null);
      const handled = Array.from({ length: 50 }, (_, update) => set(room, ann, update));
      await vi.advanceTimersByTimeAsync(50);
      await Promise.all(handled);
      expect(dataOf(bob)).toEqual([expect.any(Number), 49]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['too large', { data: 'x'.repeat(1023) }],
    ['without data', {}],
    ['no object', 'here'],
    ['a list', [1]],
    ['of a device without an id', { device: 1, data: 1 }],
    ['of a device with a long id', { device: 'x'.repeat(13), data: 1 }],
  ])('that is %s closes its own device only', async (_, body) => {
    const room = await new StoreRoom(member).create();
    const [ann, bob] = [await open(room), await open(room)];
    await set(room, bob, null);
    await room.deliver(ann, `\n${JSON.stringify([null, 101, body])}`);
    expect(ann.closed?.code).toBe(1007);
    expect([bob.closed, updatesOf(bob)]).toEqual([undefined, []]);
  });

  it.each(['x'.repeat(1022), `${'x'.repeat(1019)}語`, 'é'.repeat(511), '\n'.repeat(511)])(
    'of the largest size fits into the state of a connection, with the longest address (%#)',
    async (data) => {
      const room = await new StoreRoom(member).create();
      const bob = await open(room);
      const host = ['x'.repeat(63), 'x'.repeat(63), 'x'.repeat(62), 'jp'].join('.');
      const email = `語${'y'.repeat(251 - 1 - host.length)}@${host}`;
      expect(isAddress(email)).toBe(true);
      expect(isAddress(`y${email}`)).toBe(false);
      const eve = await room.open({
        resumes: true,
        session_hash: 'f'.repeat(64),
        member: { ...member, email, namespace: 'n'.repeat(63) },
      });
      await set(room, bob, null);
      await set(room, eve, data);
      const from = { id: member.account, email };
      expect(updatesOf(bob)).toEqual([{ device: expect.any(String), member: from, data }]);
      // Everything else that a room notes about a device.
      const question = { id: `read.${crypto.randomUUID()}`, since: Date.now() };
      const notes = { question, unsure: true, partial: true, joined: true, asked: Date.now() };
      const id = crypto.randomUUID();
      const uri = `http://${'h'.repeat(60)}/parties/user/${id}/connect`;
      const attachment = {
        __pk: { id, uri, tags: [id] },
        __user: { ...(eve.state as object), ...notes },
      };
      expect(serialize(attachment).length).toBeLessThan(STATE_BOUND);
    },
  );
});
