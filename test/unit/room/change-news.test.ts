import { createMergeableStore } from 'tinybase';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATH_HEADER } from '../../../src/operations/proven-access.ts';
import type { RoomStub } from '../../../src/platform.ts';
import type { StoreChangedData } from '../../../src/protocol/http-api/hooks.ts';
import { settle } from '../../helpers/in-memory/hooks-world.ts';
import { MemoryRoom, writerHeaders } from '../../helpers/in-memory/rooms/memory-room.ts';

const NOW = Date.UTC(2026, 0, 31, 8);
const OWNER = { namespace: 'todo', account: '3c1e7f0a-5b64-4d29-9a83-2f6d0c8b4e17' };
const VARIABLES = { OPERATOR_KEY: 'x'.repeat(32), HEARTBEAT_SECONDS: 0, HISTORY_DAYS: 0 };
const SESSION = 'a'.repeat(64);

/** A hooks room that records what it is told. */
class FakeHooksRoom implements RoomStub {
  isWanted = true;
  isReachable = true;
  /** Whether it does what it is told, but its answer is lost. */
  losesAnswers = false;
  readonly calls: string[] = [];
  readonly told: StoreChangedData[] = [];

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    this.calls.push(path.slice(1));
    if (!this.isReachable) throw new Error('room is down');
    if (path === '/store-changed') this.told.push(JSON.parse(String(init?.body)).data);
    if (this.losesAnswers) throw new Error('the answer is lost');
    return Response.json({ is_wanted: this.isWanted, holds_seconds: 300 });
  }
}

let hooks: FakeHooksRoom;
let room: MemoryRoom;

beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  hooks = new FakeHooksRoom();
  room = await start();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function start(variables: Record<string, unknown> = VARIABLES): Promise<MemoryRoom> {
  const started = new MemoryRoom(variables);
  started.auth = hooks;
  return started.start();
}

/** Sets a cell over HTTP. */
async function put(row: string, table = 'tasks', session_hash = SESSION): Promise<void> {
  const headers = {
    ...writerHeaders({ session_hash, owner: OWNER }),
    [PATH_HEADER]: `/tables/${table}/${row}`,
  };
  const body = JSON.stringify({ at: Date.now() });
  const request = new Request('http://room/store', { method: 'PUT', headers, body });
  expect((await room.room.request(request)).status).toBe(204);
  await settle();
}

/** Fires the alarm when it is due. */
async function alarm(): Promise<void> {
  await settle();
  const at = room.storage.alarm;
  if (at === null) throw new Error('no alarm is set');
  room.storage.alarm = null;
  vi.setSystemTime(Math.max(Date.now(), at));
  await room.room.alarm();
  await settle();
}

const tables = () => hooks.told.map((data) => data.tables);

describe('the hooks are told that a store has changed', () => {
  it('with the ids of its rows and values, its ETag, and who has changed it', async () => {
    const { store } = await room.connect(createMergeableStore(), undefined, {
      session_hash: SESSION,
      owner: OWNER,
    });
    store.setCell('tasks', 'r1', 'title', 'secret').setValue('name', 'secret');
    await room.settle();
    await put('r2', 'notes', 'b'.repeat(64));
    await alarm();
    const headers = { ...writerHeaders(), [PATH_HEADER]: '' };
    const read = await room.room.request(new Request('http://room/store', { headers }));
    expect(hooks.told).toEqual([
      {
        namespace: 'todo',
        store: OWNER.account,
        is_shared: false,
        etag: read.headers.get('etag'),
        tables: { tasks: ['r1'], notes: ['r2'] },
        values: ['name'],
        origin: [
          { kind: 'device', id: 'a'.repeat(16) },
          { kind: 'http', id: 'b'.repeat(16) },
        ],
      },
    ]);
  });

  it('2 s after the last change, and at most 10 s after the first', async () => {
    await put('r0');
    expect(room.storage.alarm).toBe(NOW + 2_000);
    for (let second = 1; second <= 9; second += 1) {
      vi.setSystemTime(NOW + second * 1_000);
      await put(`r${second}`);
      if (second % 2 === 0) await room.room.alarm();
    }
    expect(hooks.told).toEqual([]);
    await alarm();
    expect(Date.now()).toBe(NOW + 10_000);
    expect(hooks.told).toHaveLength(1);
    expect(hooks.told[0]!.tables!.tasks).toHaveLength(10);
  });

  it('by as many ids as an event may have, else by its tables', async () => {
    const many = createMergeableStore();
    const device = await room.connect(many, undefined, { owner: OWNER });
    device.store.transaction(() => {
      for (let row = 0; row < 1_001; row += 1) many.setCell('many', `r${row}`, 'n', row);
      many.setCell('few', 'r', 'n', 1);
    });
    await room.settle();
    await alarm();
    expect(tables()).toEqual([{ many: null, few: ['r'] }]);
  });

  it('once more if the answer was lost, and later if the room cannot be reached', async () => {
    hooks.losesAnswers = true;
    await put('r1');
    await alarm();
    hooks.losesAnswers = false;
    hooks.isReachable = false;
    await alarm();
    await put('r2');
    hooks.isReachable = true;
    await alarm();
    expect(tables().at(-1)).toEqual({ tasks: ['r1', 'r2'] });
    expect(hooks.told.at(-1)!.origin).toEqual([{ kind: 'http', id: 'a'.repeat(16) }]);
    const times = hooks.told.length;
    expect(room.room).toBeDefined();
    vi.setSystemTime(Date.now() + 60_000);
    await room.room.alarm();
    expect(hooks.told).toHaveLength(times);
  });

  it('after a restart between the change and its telling, by an unknown origin', async () => {
    await put('r1');
    await room.kill();
    await alarm();
    expect(tables()).toEqual([{ tasks: ['r1'] }]);
    expect(hooks.told[0]!.origin).toEqual([{ kind: 'other', id: null }]);
    await put('r2');
    await room.kill();
    await alarm();
    expect(tables()).toEqual([{ tasks: ['r1'] }, { tasks: ['r2'] }]);
    await room.kill();
    vi.setSystemTime(Date.now() + 3_600_000);
    await room.room.alarm();
    await settle();
    expect(hooks.told).toHaveLength(2);
  });

  it('as a whole if the log does not have the changes any more', async () => {
    await put('r1');
    await alarm();
    await put('r2');
    const state = await room.storage.get<object>('change-news');
    await room.storage.put('change-news', { ...state, told: '000000000000.5.00000000' });
    await room.kill();
    await alarm();
    expect(hooks.told.at(-1)).toMatchObject({ tables: null, values: null });
  });

  it('at the next request if an alarm woke a room that cannot reach others', async () => {
    await put('r1');
    room.auth = undefined;
    await room.kill();
    await alarm();
    expect(hooks.told).toEqual([]);
    room.auth = hooks;
    await room.kill();
    vi.setSystemTime(Date.now() + 60_000);
    await put('r2');
    expect(tables().flatMap((told) => told?.tasks)).toContain('r1');
  });
});

describe('a heartbeat', () => {
  it('is no change, and is not brought forward by the telling of one', async () => {
    room = await start({ ...VARIABLES, HEARTBEAT_SECONDS: 10 });
    const device = await room.connect(createMergeableStore(), undefined, { owner: OWNER });
    await room.room.alarm();
    await room.settle();
    expect(room.storage.alarm).toBe(NOW + 10_000);
    expect(hooks.calls).toEqual([]);
    const beat = device.store.getValue('heartbeat');
    device.store.setCell('tasks', 'r1', 'title', 'a');
    await room.settle();
    await alarm();
    await room.settle();
    expect(tables()).toEqual([{ tasks: ['r1'] }]);
    expect(device.store.getValue('heartbeat')).toBe(beat);
    expect(room.storage.alarm).toBe(NOW + 10_000);
  });
});

describe('a namespace that does not want to know of changes', () => {
  it('is asked at most once in 5 minutes of edits, also by a room that restarts', async () => {
    hooks.isWanted = false;
    await put('r0');
    await alarm();
    const { writes } = room.storage;
    for (let count = 0; count < 20; count += 1) {
      vi.setSystemTime(Date.now() + 14_000);
      await put(`r${count}`);
      if (count % 5 === 0) await room.kill();
    }
    // One record each, and no alarm.
    expect(room.storage.writes - writes).toBe(20);
    expect(room.storage.alarm).toBe(null);
    expect(hooks.calls).toEqual(['change-interest']);
    vi.setSystemTime(Date.now() + 300_000);
    hooks.isWanted = true;
    await put('last');
    await alarm();
    expect(hooks.calls).toEqual(['change-interest', 'change-interest', 'store-changed']);
    expect(hooks.told[0]!.tables!.tasks).toContain('last');
  });

  it('costs nothing in a deployment without OPERATOR_KEY', async () => {
    room = await start({ HEARTBEAT_SECONDS: 0 });
    await put('r1');
    expect(room.storage.alarm).toBe(null);
    expect(room.storage.dump()).not.toContain('change-news');
    expect(hooks.calls).toEqual([]);
  });
});

describe('a deleted account', () => {
  it('leaves nothing behind if its room is telling of a change', async () => {
    await put('r1');
    vi.setSystemTime(NOW + 2_000);
    const fired = room.room.alarm();
    await room.room.request(new Request('http://room/destroy', { method: 'POST', body: '{}' }));
    await fired;
    await settle();
    expect(room.storage.dump()).toBe('[]');
  });
});
