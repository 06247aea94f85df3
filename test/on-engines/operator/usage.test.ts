import { beforeAll, describe, expect, inject, it } from 'vitest';
import type {
  AccountUsage,
  NamespaceSummary,
  UsageStep,
} from '../../../src/protocol/http-api/usage.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { HttpStore } from '../../helpers/devices/http-store.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { askAdmin, fetchAdmin, newKey, pathOfAccount } from '../../helpers/requests/operator.ts';
import { ask, newUser, session, type User } from '../../helpers/requests/users.ts';
import { newSharedStore } from '../../helpers/sharing/shared-stores.ts';

const CONTENT = { tables: { t: { r: { c: 'héllo' } } }, values: { v: null } };

const EMPTY = '{"tables":{},"values":{}}'.length;

const usageOf = async (user: User, query = '') =>
  (await ask(user, 'GET', `usage${query}`)).body as unknown as AccountUsage;

/** A namespace that only one test uses. */
const newNamespace = () => `n${crypto.randomUUID().slice(0, 8)}`;

async function walk(namespace: string): Promise<UsageStep[]> {
  const steps: UsageStep[] = [];
  for (let cursor: string | null = ''; cursor !== null; cursor = steps.at(-1)!.cursor) {
    const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await askAdmin('GET', `${namespace}/usage${query}`);
    steps.push(body as unknown as UsageStep);
  }
  return steps;
}

describe('GET /:namespace/usage', () => {
  it('tells the size of the content as JSON, its cost, its devices and its last change', async () => {
    const user = await newUser();
    const { durable_object_name: id } = (await session(user)).user;
    const before = Date.now();
    expect(await usageOf(user)).toEqual({
      stores: [
        {
          ...{ id, name: null, bytes: EMPTY, cost: 0, quota_bytes: 33_554_432 },
          ...{ devices: [], last_changed_at: null },
        },
      ],
      ...{ bytes: EMPTY, cost: 0, unread: 0, cursor: null },
    });
    const store = new HttpStore(user);
    await store.change('PUT', '', CONTENT);
    const text = await (await store.send('GET', '')).text();
    const { stores, bytes, cost } = await usageOf(user);
    expect(stores[0]!.bytes).toBe(Buffer.byteLength(text));
    expect(stores[0]!.cost).toBeGreaterThan(stores[0]!.bytes);
    expect({ bytes, cost }).toEqual({ bytes: stores[0]!.bytes, cost: stores[0]!.cost });
    const changed = Date.parse(stores[0]!.last_changed_at!);
    expect(changed).toBeGreaterThanOrEqual(before);
    expect(changed).toBeLessThanOrEqual(Date.now());
  });

  it('counts deletions in the cost and not in the size', async () => {
    const user = await newUser();
    const store = new HttpStore(user);
    await store.change('PUT', '', CONTENT);
    await store.change('DELETE', '/tables');
    await store.change('DELETE', '/values');
    const { bytes, cost } = await usageOf(user);
    expect(bytes).toBe(EMPTY);
    expect(cost).toBeGreaterThan(100);
  });

  it('lists the devices that are connected now, with their sessions', async () => {
    const user = await newUser();
    const device = await connectDevice(user);
    const { sessions } = (await ask(user, 'GET', 'sessions')).body as {
      sessions: { id: string }[];
    };
    const [store] = (await usageOf(user)).stores;
    expect(store!.devices).toEqual([{ session: sessions[0]!.id, protocol: 'sync' }]);
    device.socket.close();
    await eventually(async () => expect((await usageOf(user)).stores[0]!.devices).toEqual([]));
  });

  it('tells a member of a shared store its size, until it is deleted', async () => {
    const { store, owner, viewer } = await newSharedStore();
    const asClient = async (client: typeof owner) => {
      const { session_uuid } = client.currentSession!;
      return usageOf({ url: inject('url'), namespace: 'todo', email: '', session_uuid });
    };
    const { stores } = await asClient(viewer);
    expect(stores.map(({ id, name }) => [id, name])).toEqual([
      [expect.any(String), null],
      [store, 'Holiday'],
    ]);
    await owner.stores.remove(store);
    expect((await asClient(viewer)).stores).toHaveLength(1);
  });

  it('refuses a cursor that is none, and goes on after one that is', async () => {
    const user = await newUser();
    const { body } = await ask(user, 'POST', 'stores', { name: 'Holiday' });
    const refused = await ask(user, 'GET', 'usage?cursor=x');
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_field' } });
    const first = `${'0'.repeat(8)}-0000-8000-8000-${'0'.repeat(12)}`;
    const { stores } = await usageOf(user, `?cursor=${first}`);
    expect(stores.map(({ id }) => id)).toEqual([body.store]);
    expect((await usageOf(user, `?cursor=${body.store}`)).stores).toEqual([]);
  });
});

describe('the usage of a namespace', () => {
  it('is the sum of what its accounts see', async () => {
    const namespace = newNamespace();
    const users = [await newUser({ namespace }), await newUser({ namespace })];
    let bytes = 0;
    let cost = 0;
    for (const user of users) {
      await pathOfAccount(user);
      await new HttpStore(user).change('PUT', '', CONTENT);
      const usage = await usageOf(user);
      bytes += usage.bytes;
      cost += usage.cost;
    }
    const none = { accounts: 0, stores: 0, bytes: 0, cost: 0, devices: 0, unread: 0 };
    expect(await walk(namespace)).toEqual([
      { accounts: 2, stores: 2, bytes, cost, devices: 0, unread: 0, cursor: 'stores' },
      { ...none, cursor: null },
    ]);
  });

  it('has each shared store once, however many members it has', async () => {
    const namespace = newNamespace();
    const [owner, member] = [await newUser({ namespace }), await newUser({ namespace })];
    const { body } = await ask(owner, 'POST', 'stores', { name: 'Holiday' });
    const invitation = await ask(owner, 'POST', `stores/${body.store}/invitations`, {
      role: 'editor',
    });
    await ask(member, 'POST', 'accept-invitation', { token: invitation.body.token });
    await ask(member, 'PUT', `stores/${body.store}/store`, CONTENT);
    await eventually(async () => {
      const summary = await askAdmin('GET', `${namespace}/summary`);
      expect(summary.body).toEqual({ accounts: 2, verified: 0, disabled: 0, stores: 1 });
    });
    const { stores } = await usageOf(member);
    const { bytes, cost } = stores.find(({ id }) => id === body.store)!;
    expect(await walk(namespace)).toMatchObject([
      { accounts: 2, stores: 2, bytes: 2 * EMPTY, cursor: 'stores' },
      { accounts: 0, stores: 1, bytes, cost, cursor: null },
    ]);
  });

  it('is empty where nobody is', async () => {
    const nothing = { accounts: 0, stores: 0, bytes: 0, cost: 0, devices: 0, unread: 0 };
    expect(await walk(newNamespace())).toEqual([
      { ...nothing, cursor: 'stores' },
      { ...nothing, cursor: null },
    ]);
  });

  it.each(['', 'x', 'accounts.', `accounts.${'x'.repeat(1_001)}`, `stores.${'x'.repeat(1_001)}`])(
    'refuses what is no cursor: %.12s',
    async (cursor) => {
      const answer = await askAdmin('GET', `todo/usage?cursor=${cursor}`);
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_field' } });
    },
  );

  it('refuses a cursor with another list', async () => {
    const answer = await askAdmin('GET', 'todo/usage?cursor=keys.x');
    expect(answer.status).toBe(400);
  });
});

it('a summary counts the accounts that exist', async () => {
  const namespace = newNamespace();
  const summary = async () =>
    (await askAdmin('GET', `${namespace}/summary`)).body as unknown as NamespaceSummary;
  expect(await summary()).toEqual({ accounts: 0, verified: 0, disabled: 0, stores: 0 });
  const user = await newUser({ namespace });
  await newUser({ namespace });
  await eventually(async () => expect(await summary()).toMatchObject({ accounts: 2 }));
  await ask(user, 'POST', 'delete-account', { password: 'a long enough passphrase' });
  await eventually(async () => expect(await summary()).toMatchObject({ accounts: 1 }));
});

describe('what operators did', () => {
  let user: User;
  let account: string;
  let shared: string;
  let key: { id: string; key: string };

  beforeAll(async () => {
    user = await newUser();
    account = await pathOfAccount(user);
    shared = String((await ask(user, 'POST', 'stores', { name: 'Holiday' })).body.store);
    key = await newKey(['stores:read', 'stores:write']);
  });

  const accesses = async (path = 'operator-access') => (await ask(user, 'GET', path)).body;
  const day = new Date().toISOString().slice(0, 10);

  it('is shown to the owner of a private store, once for each key, kind and day', async () => {
    for (const path of ['store', 'store/values', 'store/tables']) {
      await fetchAdmin('GET', `${account}/${path}`, { key: key.key });
    }
    await fetchAdmin('PATCH', `${account}/store`, { key: key.key, body: { values: { v: 1 } } });
    await fetchAdmin('POST', `${account}/manual-sync`, { key: key.key, body: {} });
    expect(await accesses()).toEqual({
      accesses: [
        { key: key.id, kind: 'write', day },
        { key: key.id, kind: 'read', day },
      ],
    });
  });

  it('is shown to the members of a shared store, and to nobody else', async () => {
    const path = `stores/${shared}/operator-access`;
    expect(await accesses(path)).toEqual({ accesses: [] });
    await fetchAdmin('GET', `todo/stores/${shared}/store`, { key: key.key });
    expect(await accesses(path)).toEqual({ accesses: [{ key: key.id, kind: 'read', day }] });
    const stranger = await newUser();
    expect((await ask(stranger, 'GET', path)).status).toBe(404);
    const elsewhere = await newUser({ namespace: 'notes' });
    expect((await ask(elsewhere, 'GET', path)).status).toBe(404);
  });

  it('does not contain what was refused at the door or at the room', async () => {
    const other = await newUser();
    const path = await pathOfAccount(other);
    const before = (await ask(other, 'GET', 'operator-access')).body;
    const reader = await newKey(['stores:read'], 'notes');
    for (const route of [path, path.replace('todo', 'notes')]) {
      await fetchAdmin('GET', `${route}/store`, { key: reader.key });
      await fetchAdmin('PUT', `${route}/store`, { key: reader.key, body: {} });
    }
    expect((await ask(other, 'GET', 'operator-access')).body).toEqual(before);
  });
});

describe('the metrics', () => {
  /** A sample or a comment in the text format of Prometheus, version 0.0.4. */
  const LINE =
    /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\[\\"n])*",?)*\})? \d+(\.\d+)?)$/;

  it('are text that Prometheus reads, one type for each name', async () => {
    const namespace = newNamespace();
    await pathOfAccount(await newUser({ namespace }));
    const response = await fetchAdmin('GET', `metrics?namespace=${namespace}&namespace=todo`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    expect(text.endsWith('\n')).toBe(true);
    const lines = text.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(LINE);
    const types = lines.filter((line) => line.startsWith('# TYPE'));
    expect(new Set(types).size).toBe(types.length);
    expect(lines).toContain(`tinyhost_accounts{namespace="${namespace}"} 1`);
    expect(lines).toContain(`tinyhost_accounts_verified{namespace="${namespace}"} 0`);
    expect(text).toMatch(/^tinyhost_operator_keys\{state="valid"\} \d+$/m);
    expect(text).toContain(`engine="${inject('engine')}"`);
  });

  it('need the names of namespaces where NAMESPACES allows all, or a key of one', async () => {
    const unnamed = await askAdmin('GET', 'metrics');
    expect(unnamed).toMatchObject({ status: 400, body: { error: 'invalid_field' } });
    const wrong = await askAdmin('GET', 'metrics?namespace=No');
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_field' } });
    const many = Array.from({ length: 41 }, (_, index) => `namespace=n${index}`).join('&');
    expect((await askAdmin('GET', `metrics?${many}`)).status).toBe(400);
    const { key } = await newKey(['usage:read'], 'todo');
    const own = await (await fetchAdmin('GET', 'metrics', { key })).text();
    expect(own).toMatch(/^tinyhost_accounts\{namespace="todo"\} \d+$/m);
    expect(own).not.toContain('operator_keys');
  });

  it('are closed to a key without the scope, and to one of another namespace', async () => {
    const { key } = await newKey(['usage:read'], 'todo');
    const other = await fetchAdmin('GET', 'metrics?namespace=todo&namespace=notes', { key });
    expect(other.status).toBe(403);
    const { key: unscoped } = await newKey(['stores:read']);
    for (const path of ['metrics', 'metrics?namespace=todo', 'todo/usage', 'todo/summary']) {
      expect((await fetchAdmin('GET', path, { key: unscoped })).status, path).toBe(403);
    }
    for (const path of ['notes/usage', 'notes/summary']) {
      expect((await fetchAdmin('GET', path, { key })).status, path).toBe(403);
    }
  });
});
