import { createMergeableStore } from 'tinybase';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RestoreResult } from '../../../../src/protocol/http-api/history.ts';
import {
  ask,
  BEGIN,
  FULL,
  iso,
  MINUTE,
  momentsOf,
  pass,
  put,
  restore,
  roomWithPast,
  TASKS,
} from '../../../helpers/in-memory/history/room-history.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { SharedRoom } from '../../../helpers/in-memory/rooms/shared-room.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('POST …/store/restore', () => {
  it('brings the store back on every device, and can be taken back', async () => {
    const room = await roomWithPast();
    const { store } = await room.connect(createMergeableStore('plain'));
    const before = store.getContent();
    const { json } = await restore(room, { at: iso(BEGIN + MINUTE) });
    expect(json).toEqual({ changed: 3, undo: expect.any(String) });
    await room.settle();
    expect(store.getContent()).toEqual([FULL.tables, FULL.values]);
    const [last] = await momentsOf(room);
    expect(last).toMatchObject({ id: json.undo, kind: 'restore', by: ['session:a'] });

    const undone: RestoreResult = (await restore(room, { at: json.undo })).json;
    expect(undone.changed).toBe(3);
    await room.settle();
    expect(store.getContent()).toEqual(before);
  });

  it('restores a part, and tells if nothing has changed', async () => {
    const room = await roomWithPast();
    const at = iso(BEGIN);
    expect((await restore(room, { at, path: '/values/theme' })).json.changed).toBe(1);
    expect((await ask(room, 'GET', 'store')).json).toEqual({
      tables: { tasks: { b: TASKS.b } },
      values: { theme: 'dark' },
    });
    expect((await restore(room, { at, path: '/values' })).json).toEqual({ changed: 0, undo: null });
    expect((await momentsOf(room)).filter(({ kind }) => kind === 'restore')).toHaveLength(1);
  });

  it.each([
    [{}, { error: 'invalid_field', field: 'at' }],
    [{ at: 5 }, { error: 'invalid_field', field: 'at' }],
    [
      { at: '0', path: 'tables' },
      { error: 'invalid_field', field: 'path' },
    ],
    [{ at: '0', path: '/rows' }, { error: 'not_found' }],
    [[], { error: 'bad_request' }],
    [{ at: '12345' }, { error: 'history_gone' }],
  ])('refuses %j', async (body, refusal) => {
    const room = await roomWithPast();
    expect((await restore(room, body)).json).toMatchObject(refusal);
    expect(await momentsOf(room)).toHaveLength(2);
  });

  it('obeys If-Match', async () => {
    const room = await roomWithPast();
    const etag = (await ask(room, 'GET', 'store')).headers.get('etag')!;
    await put(room, '/values/other', 1);
    const body = { at: '0' };
    const headers = { 'If-Match': etag };
    const { json } = await ask(room, 'POST', 'restore', { body, headers });
    expect(json).toMatchObject({ error: 'precondition_failed' });
    expect((await ask(room, 'GET', 'store')).json.values).toEqual({ theme: 'light', other: 1 });
  });

  it('restores all or nothing if the store would be too large', async () => {
    const room = await new MemoryRoom({ MAX_STORE_BYTES: 10_000, HEARTBEAT_SECONDS: 0 }).start();
    await put(room, '/values', { small: 1, large: 'x'.repeat(6_000) });
    pass(2 * MINUTE);
    await put(room, '/values', { other: 'y'.repeat(6_000) });
    const now = (await ask(room, 'GET', 'store')).json;
    const { json } = await restore(room, { at: iso(BEGIN), path: '/values/large' });
    expect(json).toMatchObject({ error: 'store_full' });
    expect((await ask(room, 'GET', 'store')).json).toEqual(now);
    await put(room, '/values/more', 1);
    expect((await momentsOf(room)).map(({ kind }) => kind)).not.toContain('restore');
  });

  it('is open to editors, and not to viewers, who may see the past', async () => {
    const room = await new SharedRoom(['viv']).start();
    await put(room, '/values/v', 'one', 'ed');
    pass(2 * MINUTE);
    await put(room, '/values/v', 'two', 'ed');
    const query = { at: iso(BEGIN) };
    const past = await ask(room, 'GET', 'store', { query, account: 'viv' });
    expect(past.json).toEqual({ tables: {}, values: { v: 'one' } });
    const refused = await ask(room, 'POST', 'restore', { body: query, account: 'viv' });
    expect(refused.json).toMatchObject({ error: 'forbidden' });
    const stranger = await ask(room, 'POST', 'restore', { body: query, account: 'mallory' });
    expect(stranger.json).toMatchObject({ error: 'not_found' });
    const restored = await ask(room, 'POST', 'restore', { body: query, account: 'eve' });
    expect(restored.json).toMatchObject({ changed: 1 });
  });
});
