import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  AccountDescription,
  AccountPage,
} from '../../../src/protocol/http-api/operator-accounts.ts';
import { ANN } from '../../helpers/in-memory/auth-world.ts';
import { EdgeWorld } from '../../helpers/in-memory/edge-world.ts';

const OPERATOR_KEY = '0123456789abcdef0123456789abcdef';

let world: EdgeWorld;
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  world = new EdgeWorld({ OPERATOR_KEY, NAMESPACES: '*' });
  world.auth.stubsHashing = true;
});
afterEach(() => {
  vi.restoreAllMocks();
});

const send = (method: string, path: string, body?: unknown) =>
  world.send(method, `/admin/${path}`, { key: OPERATOR_KEY, body });

const list = async (query = '', namespace = 'notes') =>
  (await send('GET', `${namespace}/accounts${query}`)).body as unknown as AccountPage;

const addresses = ({ accounts }: AccountPage) => accounts.map(({ email }) => email);

/** Signs up accounts, and waits until the directory lists them. */
async function signUp(...emails: string[]): Promise<void> {
  for (const email of emails) await world.auth.ask('sign-up', { email });
  await vi.waitFor(async () => {
    expect(addresses(await list('?limit=500'))).toEqual(expect.arrayContaining(emails));
  });
}

describe('the list of accounts', () => {
  it('is in the order of the addresses, page by page, in one call to a room each', async () => {
    await signUp('cat@example.com', 'Ann@Example.com', 'bob@example.com');
    world.called.length = 0;
    const first = await list('?limit=2');
    expect(addresses(first)).toEqual(['Ann@Example.com', 'bob@example.com']);
    const last = await list(`?limit=2&cursor=${encodeURIComponent(first.cursor!)}`);
    expect(addresses(last)).toEqual(['cat@example.com']);
    expect(last.cursor).toBeNull();
    expect(world.called).toEqual(['directory-notes', 'directory-notes']);
    expect(await list('', 'todo')).toEqual({ accounts: [], cursor: null });
  });

  it('has what identifies an account, and nothing about where it is stored', async () => {
    await signUp(ANN.email);
    expect((await list()).accounts).toEqual([
      {
        id: (await world.auth.home()).id,
        email: ANN.email,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        verified_at: null,
        is_disabled: false,
      },
    ]);
  });

  it('can be of one address, or of those that begin alike', async () => {
    await signUp('ann@example.com', 'ann@example.community', 'anna@example.com', 'bob@example.com');
    expect(addresses(await list('?address=ANN@example.com'))).toEqual(['ann@example.com']);
    expect(addresses(await list('?prefix=Ann'))).toHaveLength(3);
    expect(addresses(await list('?address=nobody@example.com'))).toEqual([]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=many', 'limit'],
    ['limit=', 'limit'],
    ['address=a@b.com&prefix=a', 'prefix'],
    [`cursor=${'x'.repeat(1_001)}`, 'cursor'],
    [`address=${'x'.repeat(1_001)}`, 'address'],
    [`prefix=${'x'.repeat(1_001)}`, 'prefix'],
  ])('refuses ?%s', async (query, field) => {
    expect(await send('GET', `notes/accounts?${query}`)).toMatchObject({
      status: 400,
      body: { error: 'invalid_field', field },
    });
  });

  it('is not of a name that no namespace can have', async () => {
    expect((await send('GET', 'No_Name/accounts')).body).toMatchObject({ field: 'namespace' });
    expect((await send('GET', 'parties/accounts')).status).toBe(404);
  });
});

describe('an account', () => {
  it('is described with its sessions and stores, by three rooms and those of the stores', async () => {
    await signUp(ANN.email);
    const session = await world.auth.signIn({ client: { ...ANN.client, user_agent: 'curl/8' } });
    const created = await world.auth.askAs('create-store', session, { name: 'Holiday' });
    const store = created.ok ? created.value.store : '';
    const { id } = await world.auth.home();

    world.called.length = 0;
    const described = await send('GET', `notes/accounts/${id}`);
    expect(described.status).toBe(200);
    const { account, sessions, stores } = described.body as unknown as AccountDescription;
    expect(account).toEqual((await list()).accounts[0]);
    expect(sessions.map(({ user_agent }) => user_agent).sort()).toEqual([
      'Unknown program',
      'curl',
    ]);
    expect(sessions[0]).not.toHaveProperty('current');
    expect(stores).toEqual([
      { id, name: null, role: null },
      { id: store, name: 'Holiday', role: 'owner' },
    ]);
    expect(JSON.stringify(described.body)).not.toContain(session);
  });

  it('is not found in another namespace, after its deletion, or before it is listed', async () => {
    await signUp(ANN.email);
    const { id, storage } = await world.auth.home();
    expect((await send('GET', `todo/accounts/${id}`)).status).toBe(404);
    expect((await send('GET', `notes/accounts/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await send('GET', `notes/accounts/${'x'.repeat(2_000)}`)).status).toBe(404);
    await storage.delete(`account:${id}`);
    expect((await send('GET', `notes/accounts/${id}`)).body).toMatchObject({ error: 'not_found' });
  });
});

describe('the list of stores', () => {
  it('is of one namespace, page by page', async () => {
    const session = await world.auth.signUp();
    for (const name of ['Holiday', 'Work', 'Shopping']) {
      await world.auth.askAs('create-store', session, { name });
    }
    const ids = [...world.auth.stores.stores.keys()].sort();
    await vi.waitFor(async () => {
      const { body } = await send('GET', 'notes/stores?limit=2');
      expect(body).toEqual({ stores: ids.slice(0, 2).map((id) => ({ id })), cursor: ids[1] });
    });
    const last = await send('GET', `notes/stores?limit=2&cursor=${ids[1]}`);
    expect(last.body).toEqual({ stores: [{ id: ids[2] }], cursor: null });
    expect((await send('GET', 'todo/stores')).body).toEqual({ stores: [], cursor: null });
    expect((await send('GET', 'notes/stores?limit=501')).body).toMatchObject({ field: 'limit' });
  });
});

describe('rebuilding the list', () => {
  it('goes on with the cursor of each step, and lists accounts that it was not told of', async () => {
    world.auth.directory = 'unreachable';
    await world.auth.ask('sign-up', {});
    world.auth.directory = 'reachable';
    let cursor: unknown;
    let steps = 0;
    do {
      const step = await send('POST', 'notes/directory/rebuild', { cursor });
      expect(step.status).toBe(200);
      ({ cursor } = step.body);
      steps += 1;
    } while (cursor !== null);
    expect(steps).toBeLessThan(130);
    expect(addresses(await list())).toEqual([ANN.email]);
  });

  it('begins without a body, and refuses what is no cursor', async () => {
    const begun = await send('POST', 'notes/directory/rebuild');
    expect(begun.body).toEqual({ cursor: expect.any(String), listed: 0, removed: 0 });
    for (const cursor of ['', 'x', 7]) {
      const refused = await send('POST', 'notes/directory/rebuild', { cursor });
      expect(refused).toMatchObject({ status: 400, body: { field: 'cursor' } });
    }
  });
});

describe('the access of a key', () => {
  const access = async (key: string) => (await world.send('GET', '/admin/access', { key })).body;
  const NOBODY = { key: null, namespace: null, scopes: null };

  it('is all of it for OPERATOR_KEY', async () => {
    expect(await access(OPERATOR_KEY)).toEqual({ ...NOBODY, namespaces: null });
    world = new EdgeWorld({ OPERATOR_KEY, NAMESPACES: 'todo, notes' });
    expect(await access(OPERATOR_KEY)).toEqual({ ...NOBODY, namespaces: ['todo', 'notes'] });
    world = new EdgeWorld({ OPERATOR_KEY });
    expect(await access(OPERATOR_KEY)).toEqual({ ...NOBODY, namespaces: [] });
  });

  it.each([
    ['*', ['todo']],
    ['todo,notes', ['todo']],
    ['notes', []],
  ])('with NAMESPACES=%s, a key of todo is for %j', async (NAMESPACES, namespaces) => {
    world = new EdgeWorld({ OPERATOR_KEY, NAMESPACES });
    const scopes = ['accounts:read'];
    const { key, id } = (await send('POST', 'keys', { namespace: 'todo', scopes })).body;
    expect(await access(`${key}`)).toEqual({ key: id, namespace: 'todo', scopes, namespaces });
  });
});
