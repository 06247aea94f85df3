import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client, StoreMoment } from '../../../../client/index.ts';
import { FakeNetwork } from '../../../helpers/simulated-client/fake-network.ts';

const STORE = '11111111-2222-8333-8444-555555555555';
const AT = '2026-01-01T00:00:00.000Z';
const moment: StoreMoment = {
  ...{ id: '7', kind: 'changes', since: AT, until: AT, by: ['member:ann'] },
  ...{ tables: { tasks: { rows: 1, cells: 2 } }, more_tables: 0, values: 0 },
};
const page = { moments: [moment], next: '7' };
const content = { tables: { tasks: { a: { done: true } } }, values: {} };
const restored = { changed: 2, undo: '8' };

let client: Client;
/** The calls, as `METHOD path body`. */
let calls: string[];
/** What the server answers. */
let answer: unknown;
beforeEach(() => {
  calls = [];
  client = new FakeNetwork().client({
    fetch: async (url, { method, body } = {}) => {
      calls.push(`${method} ${`${url}`.slice('http://fake/todo/'.length)} ${body ?? ''}`.trim());
      return answer instanceof Response ? answer : Response.json(answer);
    },
  });
});

describe('calls about the history of a store', () => {
  const cases: [string, unknown, (client: Client) => Promise<unknown>][] = [
    ['GET store/history', page, ({ history }) => history.list()],
    ['GET store/history?before=7', page, ({ history }) => history.list({ before: '7' })],
    [
      `GET stores/${STORE}/store/history?before=7&limit=5`,
      { moments: [], next: null },
      ({ history }) => history.list({ store: STORE, before: '7', limit: 5 }),
    ],
    ['GET store?at=7', content, ({ history }) => history.contentAt('7')],
    [
      'GET store?at=2026-01-01T00%3A00%3A00%2B01%3A00',
      content,
      ({ history }) => history.contentAt('2026-01-01T00:00:00+01:00'),
    ],
    [
      `GET stores/${STORE}/store?at=2026-01-01T00%3A00%3A00.000Z`,
      content,
      ({ history }) => history.contentAt(new Date(AT), { store: STORE }),
    ],
    ['POST store/restore {"at":"7"}', restored, ({ history }) => history.restore('7')],
    [
      `POST stores/${STORE}/store/restore {"at":"${AT}","path":"/tables/tasks"}`,
      { changed: 0, undo: null },
      ({ history: { restore } }) => restore(new Date(AT), { store: STORE, path: '/tables/tasks' }),
    ],
  ];

  test.each(cases)('%s', async (call, response, make) => {
    answer = response;
    expect(await make(client)).toEqual(response);
    expect(calls).toEqual([call]);
  });

  test('an answer of something else is refused', async () => {
    answer = { moments: [{ ...moment, by: 'ann' }], next: null };
    await expect(client.history.list()).rejects.toMatchObject({ code: 'invalid_answer' });
  });

  test('a point to which the history does not reach back is refused', async () => {
    answer = Response.json({ error: 'history_gone', message: '…' }, { status: 410 });
    const failure = { code: 'history_gone', status: 410 };
    await expect(client.history.restore('7')).rejects.toMatchObject(failure);
  });

  test('an id cannot lead to another path', async () => {
    answer = page;
    await client.history.list({ store: '../x?' });
    expect(calls).toEqual(['GET stores/..%2Fx%3F/store/history']);
  });

  test('an invalid date is refused by the server, and not by an exception of its own', async () => {
    answer = Response.json({ error: 'invalid_field', message: '…', field: 'at' }, { status: 400 });
    const call = client.history.contentAt(new Date(Number.NaN));
    await expect(call).rejects.toMatchObject({ code: 'invalid_field', field: 'at' });
  });
});

test('if its code cannot be loaded, the call fails, and the next one loads it again', async () => {
  const { lazyCalls, loadOnce } = await import('../../../../client/stores/lazy-calls.ts');
  const load = vi.fn().mockRejectedValueOnce(new TypeError('Failed to fetch'));
  load.mockResolvedValue({ list: () => 'listed' });
  const { list } = lazyCalls(loadOnce<{ list(): string }>('the history', load), ['list']);
  await expect(list()).rejects.toMatchObject({ code: 'network' });
  expect([await list(), await list(), load.mock.calls.length]).toEqual(['listed', 'listed', 2]);
});
