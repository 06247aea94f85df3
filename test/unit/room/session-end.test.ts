import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryRoom } from '../../helpers/in-memory/rooms/memory-room.ts';

const HOUR = 3_600_000;
const SECOND = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0) });
});
afterEach(() => {
  vi.useRealTimers();
});

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();

const roomOf = (HEARTBEAT_SECONDS: number) => new MemoryRoom({ HEARTBEAT_SECONDS }).start();

/** Advances the clock to the alarm and fires it. */
async function ring(room: MemoryRoom): Promise<void> {
  vi.setSystemTime(room.storage.alarm!);
  room.storage.alarm = null;
  await room.room.alarm();
}

const renew = (room: MemoryRoom, session_hash: string, expires_at: string) =>
  room.post('/renew-session', { session_hash, expires_at });

it('closes a socket when its session ends, even without heartbeats', async () => {
  const room = await roomOf(0);
  const late = await room.open({ session_hash: 'b', expires_at: inHours(2) });
  const socket = await room.open({ expires_at: inHours(1) });
  expect(room.storage.alarm).toBeGreaterThanOrEqual(Date.now() + HOUR);
  expect(room.storage.alarm).toBeLessThanOrEqual(Date.now() + HOUR + 10 * SECOND);
  await ring(room);
  expect([socket.closed?.code, late.closed]).toEqual([4001, undefined]);
  await ring(room);
  expect(late.closed?.code).toBe(4001);
  expect(room.storage.alarm).toBeNull();
});

it('sends heartbeats as usual if sessions last beyond the next one', async () => {
  const room = await roomOf(10);
  await room.open({ expires_at: inHours(1) });
  expect(room.storage.alarm).toBe(Date.now() + 10 * SECOND);
  await ring(room);
  expect(room.storage.alarm).toBe(Date.now() + 10 * SECOND);
});

it('keeps a socket open whose session was renewed, also after an eviction', async () => {
  const room = await roomOf(0);
  const renewed = await room.open({ expires_at: inHours(24) });
  const other = await room.open({ session_hash: 'b', expires_at: inHours(24) });
  const end = inHours(37);
  expect(await (await renew(room, 'a', end)).json()).toEqual({ renewed: 1 });
  await room.start();
  await ring(room);
  expect([renewed.closed, other.closed?.code]).toEqual([undefined, 4001]);
  await ring(room);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(end));
  expect(renewed.closed?.code).toBe(4001);
});

it('does not revert a renewal that is reported twice or late', async () => {
  const room = await roomOf(0);
  const socket = await room.open({ expires_at: inHours(24) });
  const [first, second] = [inHours(37), inHours(50)];
  await renew(room, 'a', second);
  expect(await (await renew(room, 'a', first)).json()).toEqual({ renewed: 0 });
  expect(socket.state).toMatchObject({ expires_at: second });
});

it('sets no alarm for a session without a connected device', async () => {
  const room = await roomOf(10);
  await renew(room, 'a', inHours(1));
  expect(room.storage.alarm).toBeNull();
  const socket = await room.open({ expires_at: inHours(1) });
  socket.close(1000, '');
  await room.settle();
  expect(room.storage.alarm).toBeNull();
});

it('sends heartbeats in time if the clock was set back after the alarm was set', async () => {
  const room = await roomOf(10);
  await room.open({ expires_at: inHours(24) });
  vi.setSystemTime(Date.now() - HOUR);
  await room.open({ expires_at: inHours(24) });
  expect(room.storage.alarm).toBe(Date.now() + 10 * SECOND);
});

it('forgets sessions that ended long ago when it restarts', async () => {
  const room = await roomOf(0);
  const end = (hash: string) =>
    room.post('/end-sessions', { session_hashes: [hash], close: 'sessionEnded' });
  await end('a');
  vi.setSystemTime(Date.now() + 4 * 60 * SECOND);
  await end('b');
  vi.setSystemTime(Date.now() + 2 * 60 * SECOND);
  await room.start();
  expect([...(await room.storage.list({ prefix: 'ended:' })).keys()]).toEqual(['ended:b']);
  expect((await room.open({ session_hash: 'b', expires_at: inHours(1) })).closed?.code).toBe(4001);
});
