import { expect, onTestFinished, test, vi } from 'vitest';
import { type ClientOptions, createClient } from '../../client/client.ts';
import type { TinyHostError } from '../../client/errors.ts';
import { memoryStorage } from '../helpers/clients.ts';

const URL_OF_SERVER = 'https://sync.example.com';
const KEY = `tinyhost:${URL_OF_SERVER}/todo`;
const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery' };

const sessionOf = (session_uuid: string) => ({
  session_uuid,
  user: { email: CREDENTIALS.email, created_at: '2026-01-01', login_time: '2026-01-01' },
});

/** A server that knows everybody, and gives sessions that are numbered. */
function serverOfAll() {
  let sessions = 0;
  return async (input: RequestInfo | URL) =>
    Response.json(
      `${input}`.endsWith('/sign-in')
        ? sessionOf(`session-${++sessions}`)
        : { success: true, message: '' },
    );
}

/** A client in this browser, and what its app is told about the storage. */
function clientWith(options: Partial<ClientOptions>) {
  const told: string[] = [];
  const client = createClient({
    url: URL_OF_SERVER,
    namespace: 'todo',
    fetch: serverOfAll(),
    onStorageError: (error) => told.push(`${error.code}: ${error.message}`),
    ...options,
  });
  return { client, told };
}

const fails = (): never => {
  throw new DOMException('the quota has been exceeded', 'QuotaExceededError');
};

test('a full storage keeps nobody from signing in, and the app is told', async () => {
  const storage = { ...memoryStorage(), setItem: fails };
  const { client, told } = clientWith({ storage });
  const session = await client.signIn(CREDENTIALS);
  expect(client.currentSession).toEqual(session);
  expect(told).toEqual(['storage: the session could not be written']);
  await client.signOut();
  expect(client.currentSession).toBeUndefined();
});

test('the cause of a storage error is what the storage threw', async () => {
  const errors: TinyHostError[] = [];
  const storage = { ...memoryStorage(), setItem: fails };
  const { client } = clientWith({ storage, onStorageError: (error) => errors.push(error) });
  await client.signIn(CREDENTIALS);
  expect(errors[0]?.cause).toMatchObject({ name: 'QuotaExceededError' });
});

test('where the new session cannot be kept, the former one does not come back', async () => {
  const storage = memoryStorage();
  await clientWith({ storage }).client.signIn(CREDENTIALS);
  const full = clientWith({ storage: { ...storage, setItem: fails } });
  await full.client.signIn(CREDENTIALS);
  expect(clientWith({ storage }).client.currentSession).toBeUndefined();
});

test('a storage that throws at everything is as good as none', async () => {
  const { client, told } = clientWith({
    storage: { getItem: fails, setItem: fails, removeItem: fails },
  });
  expect(client.currentSession).toBeUndefined();
  await client.signIn(CREDENTIALS);
  expect(client.currentSession).toBeDefined();
  await client.signOut();
  expect(client.currentSession).toBeUndefined();
  expect(new Set(told)).toEqual(
    new Set(
      ['read', 'written', 'removed'].map((verb) => `storage: the session could not be ${verb}`),
    ),
  );
});

test('a browser that forbids localStorage, or has none, leaves the session in memory', async () => {
  onTestFinished(() => void Reflect.deleteProperty(globalThis, 'localStorage'));
  const original = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  if (original)
    onTestFinished(() => void Object.defineProperty(globalThis, 'localStorage', original));
  for (const get of [fails, () => null]) {
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, get });
    const { client, told } = clientWith({});
    await client.signIn(CREDENTIALS);
    expect(client.currentSession).toBeDefined();
    expect(told).toEqual(get === fails ? ['storage: localStorage may not be used here'] : []);
  }
});

test('a storage that answers later cannot be used, and the app is told', async () => {
  const getItem = (async () => null) as never;
  const { told } = clientWith({ storage: { ...memoryStorage(), getItem } });
  await Promise.resolve();
  expect(told).toEqual(['storage: the session could not be read']);
});

test('the app is told about the storage when it has its client', async () => {
  const told: unknown[] = [];
  const { client } = clientWith({
    storage: { ...memoryStorage(), getItem: fails },
    onStorageError: () => told.push(client.currentSession),
  });
  await Promise.resolve();
  expect(told).toEqual([undefined]);
});

test.each([
  ['{'],
  ['null'],
  ['"text"'],
  ['[]'],
  ['{}'],
  ['{"session_uuid":"a"}'],
  ['{"session_uuid":1,"user":{"email":"a","created_at":"b","login_time":"c"}}'],
  ['{"session_uuid":"a","user":{"email":null,"created_at":"b","login_time":"c"}}'],
])('a storage that holds %s counts as empty', async (text) => {
  const storage = memoryStorage();
  storage.setItem(KEY, text);
  const { client } = clientWith({ storage });
  expect(client.currentSession).toBeUndefined();
  await client.signIn(CREDENTIALS);
  expect(clientWith({ storage }).client.currentSession?.session_uuid).toBe('session-1');
});

test('a difference of clocks that cannot be is not believed', () => {
  const storage = memoryStorage();
  for (const clock_offset of ['soon', null, [], {}]) {
    storage.setItem(KEY, JSON.stringify({ ...sessionOf('a'), clock_offset }));
    const { client } = clientWith({ storage });
    expect(client.currentSession).toBeDefined();
    expect(Math.abs(client.now() - Date.now())).toBeLessThan(1_000);
  }
});

test('a difference of clocks that is no longer true is not kept', async () => {
  const storage = memoryStorage();
  const DAY = 86_400_000;
  storage.setItem(KEY, JSON.stringify({ ...sessionOf('a'), clock_offset: DAY }));
  const { client } = clientWith({
    storage,
    fetch: async () => {
      const headers = { Date: new Date().toUTCString() };
      return Response.json({ success: true, message: '' }, { headers });
    },
  });
  expect(client.now()).toBeGreaterThan(Date.now() + DAY / 2);
  await client.revokeOtherSessions();
  expect(Math.abs(client.now() - Date.now())).toBeLessThan(2_000);
  const later = clientWith({ storage }).client;
  expect(Math.abs(later.now() - Date.now())).toBeLessThan(2_000);
});

/** Tells the clients of this window what another tab has done to the storage. */
function otherTab() {
  const target = new EventTarget();
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  onTestFinished(() => void vi.unstubAllGlobals());
  return (storage: object, key: string | null) =>
    target.dispatchEvent(Object.assign(new Event('storage'), { storageArea: storage, key }));
}

test('what another program writes to the storage is no reason to sign out', async () => {
  const tell = otherTab();
  const storage = memoryStorage();
  const { client } = clientWith({ storage });
  await client.signIn(CREDENTIALS);
  for (const text of ['{', '"text"', '{"session_uuid":7}']) {
    storage.setItem(KEY, text);
    tell(storage, KEY);
    expect(client.currentSession?.session_uuid).toBe('session-1');
  }
  storage.setItem(KEY, JSON.stringify(sessionOf('another')));
  tell({}, KEY);
  tell(storage, 'another key');
  expect(client.currentSession?.session_uuid).toBe('session-1');
  tell(storage, KEY);
  expect(client.currentSession?.session_uuid).toBe('another');
});

test('a session that could only be kept in memory outlives a cleared storage', async () => {
  const tell = otherTab();
  const storage = { ...memoryStorage(), setItem: fails };
  const { client } = clientWith({ storage });
  await client.signIn(CREDENTIALS);
  tell(storage, null);
  expect(client.currentSession?.session_uuid).toBe('session-1');
});

test("a difference of clocks is not written over another tab's new session", async () => {
  const storage = memoryStorage();
  const { client } = clientWith({
    storage,
    fetch: async () => {
      const headers = { Date: 'Fri, 01 Jan 2100 00:00:00 GMT' };
      return Response.json({ ...sessionOf('mine'), success: true, message: '' }, { headers });
    },
  });
  await client.signIn(CREDENTIALS);
  const another = JSON.stringify(sessionOf('another'));
  storage.setItem(KEY, another);
  vi.setSystemTime(Date.now() + 3_600_000);
  onTestFinished(() => void vi.useRealTimers());
  await client.revokeOtherSessions();
  expect(storage.getItem(KEY)).toBe(another);
});

test("what the app's listeners throw is shown, and stops neither the others nor signing in", async () => {
  const shown = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => shown.mockRestore());
  const { client } = clientWith({
    storage: { ...memoryStorage(), setItem: fails },
    onStorageError() {
      throw new Error('a mistake of the app');
    },
  });
  const seen: (string | undefined)[] = [];
  client.subscribe(() => {
    throw new Error('another mistake');
  });
  client.subscribe((session) => seen.push(session?.session_uuid));
  await client.signIn(CREDENTIALS);
  expect(seen).toEqual(['session-1']);
  expect(shown.mock.calls.flat().map(String).sort()).toEqual([
    'Error: a mistake of the app',
    'Error: another mistake',
  ]);
});
