import { expect, onTestFinished, test, vi } from 'vitest';
import type { TinyHostError } from '../../../../client/errors.ts';
import { memoryStorage } from '../../../helpers/devices/clients.ts';
import {
  CREDENTIALS,
  clientWith,
  fails,
  STORAGE_KEY,
  sessionOf,
} from '../../../helpers/simulated-client/stored-client.ts';

test('sign-in works with a full storage, and the app gets an error', async () => {
  const storage = { ...memoryStorage(), setItem: fails };
  const { client, reported } = clientWith({ storage });
  const session = await client.signIn(CREDENTIALS);
  expect(client.currentSession).toEqual(session);
  expect(reported).toEqual(['storage: the session could not be written']);
  await client.signOut();
  expect(client.currentSession).toBeUndefined();
});

test('the cause of a storage error is the exception of the storage', async () => {
  const errors: TinyHostError[] = [];
  const storage = { ...memoryStorage(), setItem: fails };
  const { client } = clientWith({ storage, onStorageError: (error) => errors.push(error) });
  await client.signIn(CREDENTIALS);
  expect(errors[0]?.cause).toMatchObject({ name: 'QuotaExceededError' });
});

test('the former session does not come back if the new one cannot be stored', async () => {
  const storage = memoryStorage();
  await clientWith({ storage }).client.signIn(CREDENTIALS);
  const full = clientWith({ storage: { ...storage, setItem: fails } });
  await full.client.signIn(CREDENTIALS);
  expect(clientWith({ storage }).client.currentSession).toBeUndefined();
});

test('a storage that always throws works like no storage', async () => {
  const { client, reported } = clientWith({
    storage: { getItem: fails, setItem: fails, removeItem: fails },
  });
  expect(client.currentSession).toBeUndefined();
  await client.signIn(CREDENTIALS);
  expect(client.currentSession).toBeDefined();
  await client.signOut();
  expect(client.currentSession).toBeUndefined();
  expect(new Set(reported)).toEqual(
    new Set(
      ['read', 'written', 'removed'].map((verb) => `storage: the session could not be ${verb}`),
    ),
  );
});

test('if a browser forbids localStorage or has none, the session stays in memory', async () => {
  vi.stubGlobal('document', {});
  onTestFinished(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(globalThis, 'localStorage');
  });
  const original = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  if (original)
    onTestFinished(() => void Object.defineProperty(globalThis, 'localStorage', original));
  for (const get of [fails, () => null]) {
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, get });
    const { client, reported } = clientWith({});
    await client.signIn(CREDENTIALS);
    expect(client.currentSession).toBeDefined();
    expect(reported).toEqual(get === fails ? ['storage: localStorage may not be used here'] : []);
  }
});

test('a server does not keep the session in its localStorage, which all its users would share', async () => {
  vi.stubGlobal('localStorage', { getItem: fails, setItem: fails, removeItem: fails });
  onTestFinished(() => void vi.unstubAllGlobals());
  const { client, reported } = clientWith({});
  await client.signIn(CREDENTIALS);
  expect([client.currentSession?.user.email, reported]).toEqual([CREDENTIALS.email, []]);
});

test('storage errors are reported after the app has its client', async () => {
  const reported: unknown[] = [];
  const { client } = clientWith({
    storage: { ...memoryStorage(), getItem: fails },
    onStorageError: () => reported.push(client.currentSession),
  });
  await Promise.resolve();
  expect(reported).toEqual([undefined]);
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
  storage.setItem(STORAGE_KEY, text);
  const { client } = clientWith({ storage });
  expect(client.currentSession).toBeUndefined();
  await client.signIn(CREDENTIALS);
  expect(clientWith({ storage }).client.currentSession?.session_uuid).toBe('session-1');
});

/** Returns a function that sends a storage event of another tab. */
function otherTab() {
  const target = new EventTarget();
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  onTestFinished(() => void vi.unstubAllGlobals());
  return (storage: object, key: string | null) =>
    target.dispatchEvent(Object.assign(new Event('storage'), { storageArea: storage, key }));
}

test('writes of other programs to the storage do not sign out', async () => {
  const tell = otherTab();
  const storage = memoryStorage();
  const { client } = clientWith({ storage });
  await client.signIn(CREDENTIALS);
  for (const text of ['{', '"text"', '{"session_uuid":7}']) {
    storage.setItem(STORAGE_KEY, text);
    tell(storage, STORAGE_KEY);
    expect(client.currentSession?.session_uuid).toBe('session-1');
  }
  storage.setItem(STORAGE_KEY, JSON.stringify(sessionOf('another')));
  tell({}, STORAGE_KEY);
  tell(storage, 'another key');
  expect(client.currentSession?.session_uuid).toBe('session-1');
  tell(storage, STORAGE_KEY);
  expect(client.currentSession?.session_uuid).toBe('another');
});

test('a session that is only in memory survives a cleared storage', async () => {
  const tell = otherTab();
  const storage = { ...memoryStorage(), setItem: fails };
  const { client } = clientWith({ storage });
  await client.signIn(CREDENTIALS);
  tell(storage, null);
  expect(client.currentSession?.session_uuid).toBe('session-1');
});
