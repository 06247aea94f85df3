import { describe, expect, it } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { HttpStore, pathTo } from '../../helpers/devices/http-store.ts';
import { connectPersister } from '../../helpers/devices/persisters.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { newUser } from '../../helpers/requests/users.ts';

const TASKS = { one: { title: 'Buy milk', done: false }, two: { title: 'Drink it' } };

/** Creates a user with some content in the store. */
async function filled() {
  const user = await newUser();
  const store = new HttpStore(user);
  const content = { tables: { tasks: TASKS }, values: { name: 'Ada', age: 36 } };
  expect(await store.change('PUT', '', content)).toBe(204);
  return { user, store };
}

it('returns an empty store to a new user, and nothing without a session', async () => {
  const store = new HttpStore(await newUser());
  expect(await store.read()).toEqual({ tables: {}, values: {} });
  expect(await store.read('/tables')).toEqual({});
  expect(await store.read('/values')).toEqual({});
  expect((await fetch(store.url)).status).toBe(401);
});

it('returns each part of the store at its path', async () => {
  const { store } = await filled();
  expect(await store.read('/tables')).toEqual({ tasks: TASKS });
  expect(await store.read('/tables/tasks')).toEqual(TASKS);
  expect(await store.read('/tables/tasks/one')).toEqual(TASKS.one);
  expect(await store.read('/tables/tasks/one/title')).toBe('Buy milk');
  expect(await store.read('/tables/tasks/one/done')).toBe(false);
  expect(await store.read('/values')).toEqual({ name: 'Ada', age: 36 });
  expect(await store.read('/values/age')).toBe(36);
});

it('supports every type of cell and value', async () => {
  const { store, user } = await filled();
  const cells = { null: null, empty: '', object: { a: [1, { b: null }] }, list: [], zero: 0 };
  for (const [id, cell] of Object.entries(cells)) {
    expect(await store.change('PUT', `/values/${id}`, JSON.stringify(cell))).toBe(204);
    expect(await store.read(`/values/${id}`)).toEqual(cell);
  }
  expect((await connectDevice(user)).store.getValues()).toMatchObject(cells);
});

describe('PUT replaces', () => {
  it('the store', async () => {
    const { store } = await filled();
    await store.change('PUT', '', { tables: { notes: { a: { text: 'x' } } } });
    expect(await store.read()).toEqual({ tables: { notes: { a: { text: 'x' } } }, values: {} });
  });

  it('tables, a table, a row, a cell, values and a value', async () => {
    const { store } = await filled();
    await store.change('PUT', '/tables/tasks/one/title', '"Sell milk"');
    await store.change('PUT', '/tables/tasks/two', { done: true });
    expect(await store.read('/tables/tasks')).toEqual({
      one: { title: 'Sell milk', done: false },
      two: { done: true },
    });
    await store.change('PUT', '/tables/tasks', { three: { title: 'Third' } });
    await store.change('PUT', '/tables/more', { a: { b: 1 } });
    const tables = { tasks: { three: { title: 'Third' } }, more: { a: { b: 1 } } };
    expect(await store.read('/tables')).toEqual(tables);
    await store.change('PUT', '/tables', { other: { a: { b: 2 } } });
    await store.change('PUT', '/values/age', 37);
    const content = { tables: { other: { a: { b: 2 } } }, values: { name: 'Ada', age: 37 } };
    expect(await store.read()).toEqual(content);
    await store.change('PUT', '/values', { name: 'Bob' });
    expect(await store.read('/values')).toEqual({ name: 'Bob' });
  });
});

describe('PATCH sets the named parts and keeps the others', () => {
  it('at every depth', async () => {
    const { store } = await filled();
    const patches: [path: string, body: (done: number) => unknown][] = [
      ['', (done) => ({ tables: { tasks: { one: { done } } } })],
      ['/tables', (done) => ({ tasks: { one: { done } } })],
      ['/tables/tasks', (done) => ({ one: { done } })],
      ['/tables/tasks/one', (done) => ({ done })],
      ['/tables/tasks/one/done', (done) => done],
    ];
    for (const [depth, [path, body]] of patches.entries()) {
      expect(await store.change('PATCH', path, body(depth))).toBe(204);
      expect(await store.read()).toEqual({
        tables: { tasks: { ...TASKS, one: { title: 'Buy milk', done: depth } } },
        values: { name: 'Ada', age: 36 },
      });
    }
  });

  it('for values, where null is an ordinary value', async () => {
    const { store } = await filled();
    await store.change('PATCH', '/values', { age: null, new: 1 });
    expect(await store.read('/values')).toEqual({ name: 'Ada', age: null, new: 1 });
  });
});

it('deletes a cell, a row, a table, a value, and everything', async () => {
  const { store } = await filled();
  expect(await store.change('DELETE', '/tables/tasks/one/done')).toBe(204);
  expect(await store.read('/tables/tasks/one')).toEqual({ title: 'Buy milk' });
  expect(await store.change('DELETE', '/tables/tasks/one')).toBe(204);
  expect(await store.read('/tables/tasks')).toEqual({ two: TASKS.two });
  expect(await store.change('DELETE', '/tables/tasks')).toBe(204);
  expect(await store.change('DELETE', '/values/age')).toBe(204);
  expect(await store.read()).toEqual({ tables: {}, values: { name: 'Ada' } });
  expect(await store.change('DELETE', '')).toBe(204);
  expect(await store.read()).toEqual({ tables: {}, values: {} });
});

it('answers 404 for missing content, also after its deletion', async () => {
  const { store } = await filled();
  await store.change('DELETE', '/tables/tasks/one');
  for (const path of [
    '/tables/none',
    '/tables/tasks/one',
    '/tables/tasks/one/title',
    '/tables/tasks/two/none',
    '/values/none',
    '/neither',
  ]) {
    for (const method of ['GET', 'DELETE']) {
      const response = await store.send(method, path);
      expect([method, path, response.status]).toEqual([method, path, 404]);
      expect(await response.json()).toMatchObject({ error: 'not_found' });
    }
  }
});

it('reaches connected devices of both protocols, and sees their changes', async () => {
  const { store, user } = await filled();
  const synced = await connectDevice(user);
  const persisted = await connectPersister(user);
  await store.change('PUT', '/tables/tasks', { one: { title: 'Sell milk' } });
  await store.change('DELETE', '/values/age');
  for (const device of [synced, persisted]) {
    await eventually(() => {
      expect(device.store.getTables()).toEqual({ tasks: { one: { title: 'Sell milk' } } });
      expect(device.store.getValue('age')).toBeUndefined();
    });
  }
  synced.store.setValue('synced', 1);
  persisted.store.setValue('persisted', 2);
  await eventually(async () =>
    expect(await store.read('/values')).toMatchObject({ name: 'Ada', synced: 1, persisted: 2 }),
  );
});

it('decodes ids exactly once', async () => {
  const { store, user } = await filled();
  const ids = [
    'a/b',
    '%2F',
    '%',
    'ä 🙂',
    '__proto__',
    'constructor',
    '?#&',
    'line\nbreak',
    'a;b=1',
  ];
  for (const id of ids) {
    const path = `/tables${pathTo(id, id, id)}`;
    expect([id, await store.change('PUT', path, '1')]).toEqual([id, 204]);
    expect(await store.read(path)).toBe(1);
    expect(await store.change('PUT', `/values${pathTo(id)}`, '2')).toBe(204);
  }
  const device = await connectDevice(user);
  expect(device.store.getTableIds().sort()).toEqual(['tasks', ...ids].sort());
  for (const id of ids) {
    expect(device.store.getCell(id, id, id)).toBe(1);
    expect(device.store.getValue(id)).toBe(2);
  }
});

it("keeps ids that look like the room's operations or paths", async () => {
  const { store } = await filled();
  for (const id of ['end-sessions', 'manual-sync', 'store', 'partykit-store', 'connect']) {
    expect([id, await store.change('PUT', `/values/${id}`, '1')]).toEqual([id, 204]);
    expect(await store.read(`/values/${id}`)).toBe(1);
  }
});
