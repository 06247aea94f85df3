import { expect, it } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { HttpStore } from '../../helpers/devices/http-store.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { newUser } from '../../helpers/requests/users.ts';

const CONTENT = { tables: { t: { r: { c: 1, d: 2 }, s: { c: 3 } } }, values: { v: { deep: [4] } } };

async function filled() {
  const user = await newUser();
  const store = new HttpStore(user);
  await store.change('PUT', '', CONTENT);
  const patch = (operations: unknown, path = '') =>
    store.send('PATCH', path, operations, { 'Content-Type': 'application/json-patch+json' });
  return { user, store, patch };
}

it('applies a JSON Patch in one transaction', async () => {
  const { user, store, patch } = await filled();
  const device = await connectDevice(user);
  let transactions = 0;
  device.store.addTablesListener(() => transactions++);

  const response = await patch([
    { op: 'test', path: '/tables/t/r', value: { d: 2, c: 1 } },
    { op: 'test', path: '/values/v', value: { deep: [4] } },
    { op: 'replace', path: '/tables/t/r/c', value: null },
    { op: 'remove', path: '/tables/t/s' },
    { op: 'add', path: '/tables/new/a~1b~0c/x', value: { any: 'JSON' } },
    { op: 'copy', from: '/tables/t/r/d', path: '/values/copied' },
    { op: 'move', from: '/values/v', path: '/tables/t/r/moved' },
  ]);

  expect(response.status).toBe(204);
  const tables = {
    t: { r: { c: null, d: 2, moved: { deep: [4] } } },
    new: { 'a/b~c': { x: { any: 'JSON' } } },
  };
  expect(await store.read()).toMatchObject({ tables, values: { copied: 2 } });
  await eventually(() => expect(device.store.getTables()).toEqual(tables));
  expect(device.store.getValues()).toMatchObject({ copied: 2 });
  expect(device.store.hasValue('v')).toBe(false);
  expect(transactions).toBe(1);
});

it('lets operations see the results of earlier ones', async () => {
  const { store, patch } = await filled();
  await patch([
    { op: 'add', path: '/tables/a', value: { r: { c: 1 }, s: { c: 2 } } },
    { op: 'test', path: '/tables/a', value: { s: { c: 2 }, r: { c: 1 } } },
    { op: 'remove', path: '/tables/a/r' },
    { op: 'move', from: '/tables/a', path: '/tables/b' },
    { op: 'add', path: '/tables/t', value: { only: { c: 1 } } },
  ]);
  const tables = { b: { s: { c: 2 } }, t: { only: { c: 1 } } };
  expect(await store.read('/tables')).toEqual(tables);
});

it('resolves pointers relative to the path of the request', async () => {
  const { store, patch } = await filled();
  await patch(
    [
      { op: 'remove', path: '/c' },
      { op: 'add', path: '/e', value: 5 },
    ],
    '/tables/t/r',
  );
  expect(await store.read('/tables/t/r')).toEqual({ d: 2, e: 5 });
});

it('supports ids that no URL can contain, such as an empty one and two dots', async () => {
  const { user, patch } = await filled();
  await patch([{ op: 'add', path: '/tables//../.', value: 1 }]);
  const { store } = await connectDevice(user);
  expect(store.getCell('', '..', '.')).toBe(1);
});

it('changes nothing if one operation is refused', async () => {
  const { store, patch } = await filled();
  const before = await store.etag();
  const refused: [status: number, operation: unknown][] = [
    [412, { op: 'test', path: '/tables/t/r/c', value: 2 }],
    [412, { op: 'test', path: '/values/none', value: null }],
    [404, { op: 'remove', path: '/values/none' }],
    [404, { op: 'replace', path: '/tables/none', value: {} }],
    [404, { op: 'copy', from: '/values/none', path: '/values/v' }],
    [400, { op: 'increment', path: '/values/v' }],
    [400, { op: 'add', path: 'values/v', value: 1 }],
    [400, { op: 'add', path: '/values/v' }],
    [400, { op: 'add', path: '/values/v/deep', value: 1 }],
    [400, { op: 'add', path: '/tables/t', value: { r: 1 } }],
    [400, null],
    [403, { op: 'add', path: '/values/heartbeat', value: 'x' }],
  ];
  for (const [status, operation] of refused) {
    const response = await patch([{ op: 'add', path: '/values/first', value: 1 }, operation]);
    expect([operation, response.status]).toEqual([operation, status]);
    expect(await store.etag()).toBe(before);
  }
});
