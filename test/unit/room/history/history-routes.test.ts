import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATH_HEADER, QUERY_HEADER } from '../../../../src/operations/proven-access.ts';
import type { StoreHistory } from '../../../../src/protocol/http-api/history.ts';
import {
  ask,
  BEGIN,
  FULL,
  iso,
  MINUTE,
  momentsOf,
  pass,
  put,
  readAt,
  roomWithPast,
  TASKS,
} from '../../../helpers/in-memory/history/room-history.ts';
import { MemoryRoom, writerHeaders } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { SharedRoom } from '../../../helpers/in-memory/rooms/shared-room.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('GET …/store/history', () => {
  it('lists moments with their times, authors, and what they changed', async () => {
    const room = await roomWithPast();
    expect((await ask(room, 'GET', 'history')).json).toEqual({
      moments: [
        {
          id: expect.stringMatching(/^\d+$/),
          kind: 'changes',
          since: iso(BEGIN + 2 * MINUTE),
          until: iso(BEGIN + 2 * MINUTE),
          by: ['session:a'],
          tables: { tasks: { rows: 1, cells: 2 } },
          more_tables: 0,
          values: 1,
        },
        {
          id: '0',
          kind: 'changes',
          since: iso(BEGIN),
          until: iso(BEGIN),
          by: ['session:a'],
          tables: { tasks: { rows: 2, cells: 3 } },
          more_tables: 0,
          values: 1,
        },
      ],
      next: null,
    });
  });

  it('names the devices and members that wrote, also after an eviction', async () => {
    const room = await new SharedRoom(['viv']).start();
    const { store } = await room.member('ed');
    store.setValue('a', 1);
    await room.settle();
    await put(room, '/values/b', 2, 'eve');
    await room.start();
    const { json } = await ask(room, 'GET', 'history', { account: 'viv' });
    expect(json.moments.map(({ by }: { by: string[] }) => by)).toEqual([
      ['member:ed', 'member:eve'],
    ]);
  });

  it('comes in pages', async () => {
    const room = await new MemoryRoom().start();
    for (let round = 0; round < 5; round++) {
      await put(room, '/values/v', round);
      pass(2 * MINUTE);
    }
    const seen: string[] = [];
    for (let before: string | null = ''; before !== null; ) {
      const query: Record<string, string> = { limit: '2', ...(before && { before }) };
      const page: StoreHistory = (await ask(room, 'GET', 'history', { query })).json;
      expect(page.moments.length).toBeLessThanOrEqual(2);
      seen.push(...page.moments.map(({ since }) => since));
      before = page.next;
    }
    expect(seen).toEqual([4, 3, 2, 1, 0].map((round) => iso(BEGIN + round * 2 * MINUTE)));
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { before: '-1' }, { before: '' }])(
    'refuses %j',
    async (query) => {
      const room = await new MemoryRoom().start();
      const [field] = Object.keys(query);
      const { json } = await ask(room, 'GET', 'history', { query: query as never });
      expect(json).toMatchObject({ error: 'invalid_field', field });
    },
  );
});

describe('GET …/store?at=', () => {
  it('shows the store, or a part, as it was', async () => {
    const room = await roomWithPast();
    const then = iso(BEGIN + MINUTE);
    expect(await readAt(room, then)).toEqual(FULL);
    expect(await readAt(room, then, '/tables')).toEqual(FULL.tables);
    expect(await readAt(room, then, '/tables/tasks/a')).toEqual(TASKS.a);
    expect(await readAt(room, then, '/tables/tasks/a/done')).toBeNull();
    expect(await readAt(room, then, '/values/theme')).toBe('dark');
    expect(await readAt(room, iso(Date.now()), '/tables/tasks')).toEqual({ b: TASKS.b });
    expect(await readAt(room, '2026-12-01T10:01:00+02:00')).toEqual(FULL);
  });

  it('takes the id of a moment for the time just before it', async () => {
    const room = await roomWithPast();
    const [last, first] = await momentsOf(room);
    expect(await readAt(room, last!.id)).toEqual(FULL);
    expect(await readAt(room, first!.id)).toEqual({ tables: {}, values: {} });
  });

  it('says when the last change before that time came', async () => {
    const room = await roomWithPast();
    const query = { at: iso(BEGIN + MINUTE) };
    const { headers } = await ask(room, 'HEAD', 'store', { query });
    expect(headers.get('last-modified')).toBe(new Date(BEGIN).toUTCString());
    expect(headers.get('etag')).toBeNull();
  });

  it('answers 404 for what was not there, and shows what is not there any more', async () => {
    const room = await roomWithPast();
    const query = { at: iso(BEGIN - 1) };
    const missing = await ask(room, 'GET', 'store', { path: '/tables/tasks/a', query });
    expect(missing.json).toMatchObject({ error: 'not_found' });
    expect((await ask(room, 'GET', 'store', { path: '/tables/tasks/a' })).json.ok).toBe(false);
  });

  it.each(['yesterday', '2026-12-01T08:00:00', '2026-13-01', '2026-12-01T09:00:00Z', '1.5', ''])(
    'refuses %j',
    async (at) => {
      const room = await roomWithPast();
      const { json } = await ask(room, 'GET', 'store', { query: { at } });
      expect(json).toMatchObject({ error: 'invalid_field', field: 'at' });
    },
  );

  it('refuses to write to the past', async () => {
    const room = await roomWithPast();
    const { json } = await ask(room, 'PUT', 'store', { query: { at: '0' }, body: FULL });
    expect(json).toMatchObject({ error: 'bad_request' });
  });

  it.each([
    ['a time before the history', iso(BEGIN - 31 * 24 * 60 * MINUTE)],
    ['a moment that never was', '7'],
  ])('answers history_gone for %s', async (_, at) => {
    const room = await roomWithPast();
    const { json } = await ask(room, 'GET', 'store', { query: { at } });
    expect(json).toMatchObject({ error: 'history_gone' });
  });

  it('answers history_gone without a history', async () => {
    const room = await roomWithPast({ HISTORY_DAYS: 0 });
    const { json } = await ask(room, 'GET', 'store', { query: { at: iso(BEGIN) } });
    expect(json).toMatchObject({ error: 'history_gone' });
    expect(await momentsOf(room)).toEqual([]);
  });

  it('streams a large store as it was, whatever is written meanwhile', async () => {
    const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 0 }).start();
    const rows = Array.from({ length: 400 }, (_, row) => [`r${row}`, { c: 'x'.repeat(10_000) }]);
    const tables = { t: Object.fromEntries(rows) };
    await put(room, '', { tables });
    pass(2 * MINUTE);
    await put(room, '/values/v', 1);
    const headers = { ...writerHeaders(), [PATH_HEADER]: '', [QUERY_HEADER]: `at=${iso(BEGIN)}` };
    const response = await room.room.request(new Request('http://room/store', { headers }));
    await put(room, '/tables/t/r399/c', 'changed');
    await put(room, '/tables/t/new/c', 'new');
    await ask(room, 'DELETE', 'store', { path: '/tables/t/r398' });
    expect(await response.json()).toEqual({ tables, values: {} });
  });

  it('refuses more than four large reads at once, until one of them ends', async () => {
    const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 0 }).start();
    await put(room, '/values/v', Array(300).fill('x'.repeat(10_000)));
    await put(room, '/values/w', Array(300).fill('x'.repeat(10_000)));
    const headers = { ...writerHeaders(), [PATH_HEADER]: '', [QUERY_HEADER]: `at=${iso(BEGIN)}` };
    const get = () => room.room.request(new Request('http://room/store', { headers }));
    const responses = [await get(), await get(), await get(), await get()];
    expect((await (await get()).json()).error).toBe('overloaded');
    await responses[0]!.body!.cancel();
    expect((await get()).status).toBe(200);
  });

  it('breaks a read off that takes a minute if others wait', async () => {
    const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 0 }).start();
    await put(room, '/values/v', Array(300).fill('x'.repeat(10_000)));
    await put(room, '/values/w', Array(300).fill('x'.repeat(10_000)));
    const headers = { ...writerHeaders(), [PATH_HEADER]: '', [QUERY_HEADER]: `at=${iso(BEGIN)}` };
    const get = () => room.room.request(new Request('http://room/store', { headers }));
    const [slow, other] = [await get(), await get(), await get(), await get()];
    pass(MINUTE);
    expect((await get()).status).toBe(200);
    await expect(slow!.text()).rejects.toThrow('too slow');
    expect((await other!.text()).length).toBeGreaterThan(6_000_000);
  });
});
