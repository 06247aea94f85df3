import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../../../client/client.ts';
import { TinyHostError } from '../../../../client/errors.ts';
import { memoryStorage } from '../../../helpers/devices/clients.ts';

/** Returns the URL of the first request, or the error that `createClient` throws. */
function outcome(url: unknown, namespace: unknown = 'todo'): TinyHostError | string {
  let asked = '';
  const fetch = async (input: RequestInfo | URL) => {
    asked = `${input}`;
    return Response.json({ success: true });
  };
  try {
    const options = { url, namespace, fetch, storage: null } as never;
    void createClient(options).requestReset('ada@example.com');
    return asked;
  } catch (error) {
    return error as TinyHostError;
  }
}

test.each([
  ['https://sync.example.com', 'https://sync.example.com/todo/request-reset'],
  ['https://sync.example.com/', 'https://sync.example.com/todo/request-reset'],
  ['https://sync.example.com/?', 'https://sync.example.com/todo/request-reset'],
  [' HTTPS://Sync.Example.com// ', 'https://sync.example.com/todo/request-reset'],
  ['http://127.0.0.1:1999', 'http://127.0.0.1:1999/todo/request-reset'],
  ['http://[::1]:1999', 'http://[::1]:1999/todo/request-reset'],
  ['https://example.com/sync/', 'https://example.com/sync/todo/request-reset'],
  [new URL('https://sync.example.com'), 'https://sync.example.com/todo/request-reset'],
])('calls to %s go to %s', (url, address) => {
  expect(outcome(url)).toBe(address);
});

test.each([
  ['sync.example.com', 'has to start with its scheme, https:// or http://'],
  ['sync.example.com:8443', 'has to start with its scheme'],
  ['localhost:1999', 'has to start with its scheme'],
  ['//sync.example.com', 'has to start with its scheme'],
  ['/', 'has to start with its scheme'],
  ['', 'has to start with its scheme'],
  [undefined, 'has to start with its scheme'],
  ['wss://sync.example.com', 'has to start with its scheme'],
  ['file:///etc', 'has to start with its scheme'],
  ['https://', 'is no URL'],
  ['https://sync example.com', 'is no URL'],
  ['https://sync.example.com:port', 'is no URL'],
  ['https://sync.example.com/?key=1', 'write "https://sync.example.com"'],
  ['https://sync.example.com/base#top', 'write "https://sync.example.com/base"'],
])('the url %s is refused, and the message shows the right form', (url, message) => {
  const error = outcome(url);
  expect(error).toBeInstanceOf(TinyHostError);
  expect(error).toMatchObject({
    code: 'invalid_options',
    message: expect.stringContaining(message),
  });
});

test('a password in the url is refused, and is not repeated', () => {
  const error = outcome('https://ada:secret@sync.example.com');
  expect(error).toMatchObject({ code: 'invalid_options' });
  expect(`${error}`).not.toContain('secret');
});

test.each([
  '',
  'My App',
  'Todo',
  '-todo',
  'a/b',
  '../api',
  'api',
  'health',
  'x'.repeat(64),
  null,
  7.5,
])('the namespace %s is refused, and the message names the allowed characters', (namespace) => {
  expect(outcome('https://sync.example.com', namespace)).toMatchObject({
    code: 'invalid_options',
    message: expect.stringContaining('has to be 1 to 63 of a-z, 0-9 and -'),
  });
});

const SESSION = {
  session_uuid: 'a-session',
  user: { email: 'ada@example.com', created_at: '2026-01-01', login_time: '2026-01-01' },
};

/** Creates a signed-in client. */
function signedIn() {
  const url = 'https://sync.example.com';
  const storage = memoryStorage();
  storage.setItem(`tinyhost:${url}/todo`, JSON.stringify(SESSION));
  return createClient({ url, namespace: 'todo', storage });
}

test('a runtime without WebSocket is refused at once, and the message suggests a fix', () => {
  vi.stubGlobal('WebSocket', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const connect = () => signedIn().connect();
  expect(connect).toThrow(TinyHostError);
  expect(connect).toThrow(/Node 22 .* package ws/);
});

test('each call refuses a runtime without fetch, and the message suggests a fix', async () => {
  vi.stubGlobal('fetch', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  await expect(signedIn().session()).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('Node 20'),
  });
});
