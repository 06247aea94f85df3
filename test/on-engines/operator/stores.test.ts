import { beforeAll, describe, expect, it } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { askAdmin, fetchAdmin, newKey, pathOfAccount } from '../../helpers/requests/operator.ts';
import { SlowBody } from '../../helpers/requests/slow-body.ts';
import { ask, bearer, newUser, post, type User } from '../../helpers/requests/users.ts';

const CONTENT = {
  tables: { tasks: { one: { title: 'Buy milk', done: false }, two: { title: 'Drink' } } },
  values: { name: 'Ada', age: 36 },
};

const MERGE = { 'Content-Type': 'application/merge-patch+json' };
const PATCH = { 'Content-Type': 'application/json-patch+json' };
/** Stands for the ETag of the present content at the path. */
const CURRENT = '"current"';

type Step = [method: string, path: string, body?: unknown, headers?: Record<string, string>];

const STEPS: Step[] = [
  ['GET', ''],
  ['PUT', '', CONTENT, { 'If-None-Match': '*' }],
  ['PUT', '', CONTENT],
  ['GET', '', undefined, { 'If-None-Match': CURRENT }],
  ['HEAD', '/tables'],
  ['GET', '/tables/tasks/one/title'],
  ['GET', '/tables/none'],
  ['DELETE', '/values/%FF'],
  ['PUT', '/values/a%2Fb', 'null'],
  ['GET', '/values/a%2Fb'],
  ['PUT', '/values/name', '"Bob"', { 'If-Match': CURRENT }],
  ['PUT', '/values/name', '"Eve"', { 'If-Match': '"stale"' }],
  ['PUT', '/values/new', '1', { 'If-None-Match': '*' }],
  ['PUT', '/values/new', '2', { 'If-None-Match': '*' }],
  ['PATCH', '/tables/tasks/one', { done: true }],
  ['PATCH', '', { values: { age: null } }, MERGE],
  ['PATCH', '/tables', [{ op: 'test', path: '/tasks/two/title', value: 'other' }], PATCH],
  ['PATCH', '/tables', [{ op: 'add', path: '/notes/n/text', value: { any: ['JSON'] } }], PATCH],
  ['PATCH', '', '{}', { 'Content-Type': 'image/png' }],
  ['PUT', '/values/name', '"Eve"', { 'Content-Encoding': 'br' }],
  ['PUT', '', '{"tabels":{}}'],
  ['PUT', '/values/v', 'text'],
  ['PUT', '/values/heartbeat', '"mine"'],
  ['DELETE', '/tables/tasks/two', undefined, { 'If-Match': CURRENT }],
  ['DELETE', '/tables/tasks/two'],
  ['POST', '/values/v', '1'],
  ['GET', ''],
];

type Send = (method: string, path: string, details: object) => Promise<Response>;

const NAMES = ['content-type', 'allow', 'accept', 'accept-patch', 'accept-encoding'];

/** Sends the steps one after the other, and returns what a client sees of the responses. */
async function answersOf(send: Send) {
  const answers = [];
  for (const [method, path, body, headers = {}] of STEPS) {
    const current = (await send('GET', path, {})).headers.get('etag') ?? '';
    const actual = Object.entries(headers).map(([name, value]) => [
      name,
      value === CURRENT ? current : value,
    ]);
    const response = await send(method, path, { body, headers: Object.fromEntries(actual) });
    answers.push({
      step: `${method} ${path}`,
      status: response.status,
      body: (await response.text()).replaceAll(/"[0-9a-f]{16}"|\\"[0-9a-f]{8,16}\\"/g, 'ETAG'),
      hasEtag: response.headers.has('etag'),
      headers: NAMES.map((name) => response.headers.get(name)),
    });
  }
  return answers;
}

const asUser =
  (user: User): Send =>
  (method, path, { body, headers = {} }: { body?: unknown; headers?: object }) =>
    fetch(`${user.url}/${user.namespace}/store${path}`, {
      method,
      headers: {
        ...bearer(user.session_uuid),
        'Content-Type': 'application/json',
        Connection: 'close',
        ...headers,
      },
      body: typeof body === 'string' || body === undefined ? (body ?? null) : JSON.stringify(body),
    });

const asOperator =
  (store: string, key: string): Send =>
  (method, path, details) =>
    fetchAdmin(method, `${store}/store${path}`, { key, ...details });

async function newStore(owner: User): Promise<string> {
  const { body } = await ask(owner, 'POST', 'stores', { name: 'Holiday' });
  return `${owner.namespace}/stores/${body.store}`;
}

let key: string;
let user: User;
/** The paths of the user's private and shared store below `/admin`. */
let account: string;
let shared: string;

beforeAll(async () => {
  ({ key } = await newKey(['stores:read', 'stores:write'], 'todo'));
  user = await newUser();
  account = await pathOfAccount(user);
  shared = await newStore(user);
});

it('a key gets the answers that a user gets, in a private and in a shared store', async () => {
  const expected = await answersOf(asUser(await newUser()));
  expect(await answersOf(asOperator(await pathOfAccount(await newUser()), key))).toEqual(expected);
  expect(await answersOf(asOperator(await newStore(user), key))).toEqual(expected);
  expect(new Set(expected.map(({ status }) => status))).toEqual(
    new Set([200, 204, 304, 400, 403, 404, 405, 412, 415]),
  );
});

it('devices get what a key writes, and a key reads what devices have written', async () => {
  const device = await connectDevice(user);
  await askAdmin('PUT', `${account}/store/values/by-key`, { key, body: '1' });
  await expect.poll(() => device.store.getValue('by-key')).toBe(1);
  device.store.setValue('by-device', 2);
  await expect
    .poll(async () => (await askAdmin('GET', `${account}/store/values`, { key })).body)
    .toMatchObject({ 'by-key': 1, 'by-device': 2 });
});

it('a key syncs the whole content of a store', async () => {
  const path = await pathOfAccount(await newUser());
  const device = await connectDevice(user);
  device.store.setCell('copied', 'r', 'c', 'x');
  const body = { mergeableContent: device.store.getMergeableContent() };
  const { status } = await askAdmin('POST', `${path}/manual-sync`, { key, body });
  expect(status).toBe(200);
  const { body: copied } = await askAdmin('GET', `${path}/store/tables/copied`, { key });
  expect(copied).toEqual({ r: { c: 'x' } });
});

describe('a key without the scope', () => {
  const cases: [method: string, scope: 'stores:read' | 'stores:write'][] = [
    ['GET', 'stores:read'],
    ['HEAD', 'stores:read'],
    ['PUT', 'stores:write'],
    ['PATCH', 'stores:write'],
    ['DELETE', 'stores:write'],
    ['POST', 'stores:write'],
  ];

  it.each(cases)('%s needs %s and nothing else', async (method, scope) => {
    const other = scope === 'stores:read' ? 'stores:write' : 'stores:read';
    const right = (await newKey([scope])).key;
    const wrong = (await newKey([other, 'accounts:read'])).key;
    const body = method === 'PUT' || method === 'PATCH' ? {} : undefined;
    for (const path of [account, shared]) {
      const route = `${path}/${method === 'POST' ? 'manual-sync' : 'store/tables'}`;
      expect((await fetchAdmin(method, route, { key: wrong, body })).status).toBe(403);
      // POST without a body is refused only for that.
      const expected = method === 'POST' ? 400 : method === 'GET' || method === 'HEAD' ? 200 : 204;
      expect((await fetchAdmin(method, route, { key: right, body })).status).toBe(expected);
    }
  });
});

describe('a key of another namespace', () => {
  it('is refused in this one, and finds none of its stores in its own', async () => {
    const { key: other } = await newKey(['stores:read', 'stores:write'], 'notes');
    for (const path of [account, shared]) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const details = { key: other, body: method === 'PUT' ? {} : undefined };
        const here = await askAdmin(method, `${path}/store`, details);
        expect(here).toMatchObject({ status: 403, body: { error: 'forbidden' } });
        const elsewhere = path.replace('todo/', 'notes/');
        const there = await askAdmin(method, `${elsewhere}/store`, details);
        expect(there).toMatchObject({ status: 404, body: { error: 'not_found' } });
      }
    }
  });

  it('even OPERATOR_KEY finds a store only in its own namespace', async () => {
    for (const path of [account, shared]) {
      const elsewhere = path.replace('todo/', 'notes/');
      expect((await askAdmin('GET', `${elsewhere}/store`)).status).toBe(404);
      expect((await askAdmin('GET', `${path}/store`)).status).toBe(200);
    }
  });
});

it('unknown ids, private ids as shared ones and the other way round are not found', async () => {
  const id = (path: string) => path.split('/').at(-1);
  const paths = [
    `todo/accounts/${crypto.randomUUID()}`,
    `todo/accounts/${id(shared)}`,
    'todo/accounts/x',
    `todo/accounts/${'x'.repeat(5_000)}`,
    `todo/stores/${id(account)}`,
    `todo/stores/${crypto.randomUUID().replace(/-4/, '-8')}`,
    'todo/stores/x',
    `todo/stores/${id(shared)!.toUpperCase()}`,
  ];
  for (const path of paths) {
    for (const [method, route, body] of [
      ['GET', 'store', undefined],
      ['PUT', 'store', {}],
      ['POST', 'manual-sync', {}],
    ] as const) {
      const answer = await askAdmin(method, `${path}/${route}`, { key, body });
      expect(answer, `${method} ${path}`).toMatchObject({
        status: 404,
        body: { error: 'not_found' },
      });
    }
  }
});

it('a name that is no namespace is refused', async () => {
  const answer = await askAdmin('GET', 'Todo/stores/x/store');
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_field' } });
});

it('a session opens nothing here, and a key nothing of the users', async () => {
  expect((await fetchAdmin('GET', `${account}/store`, { key: user.session_uuid })).status).toBe(
    401,
  );
  const headers = { ...bearer(key), Connection: 'close' };
  expect((await fetch(`${user.url}/todo/store`, { headers })).status).toBe(401);
});

describe('a body that takes long', () => {
  const begin = async (path: string, by: string) => {
    const url = `${user.url}/admin/${path}/store/values`;
    const request = new SlowBody(url, 'PATCH', bearer(by));
    await request.send('{"la');
    // No client can observe that the body is in transit to the room.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    return () => request.finish('te":1}');
  };

  it('is written if the key is still good', async () => {
    const finish = await begin(account, key);
    expect(await finish()).toMatchObject({ status: 204 });
  });

  it('is not written after the key was revoked', async () => {
    for (const path of [await pathOfAccount(await newUser()), await newStore(user)]) {
      const revoked = await newKey(['stores:write']);
      const finish = await begin(path, revoked.key);
      expect((await askAdmin('DELETE', `keys/${revoked.id}`)).status).toBe(200);
      expect(await finish()).toMatchObject({ status: 401, error: 'unauthorized' });
      const { body } = await askAdmin('GET', `${path}/store/values`);
      expect(body).not.toHaveProperty('late');
    }
  });

  it('is not written after the account was deleted', async () => {
    const other = await newUser();
    const finish = await begin(await pathOfAccount(other), key);
    const password = 'a long enough passphrase';
    const headers = bearer(other.session_uuid);
    const deleted = await post(`${other.url}/todo/delete-account`, { password }, headers);
    expect(deleted.status).toBe(200);
    expect(await finish()).toMatchObject({ status: 404, error: 'not_found' });
  });
});
