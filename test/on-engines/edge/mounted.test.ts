import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import type { DevServer } from '../../../dev/dev-server.ts';
import { anotherDevice, connect, signedInClient } from '../../helpers/devices/clients.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { createExample, newProject } from '../../helpers/packages/new-project.ts';
import { readmeProject } from '../../helpers/packages/readme-projects.ts';
import { bearer, newUser, session } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** The examples mount the packed server below this path. */
const BASE_PATH = '/sync';

const EXAMPLES = { workers: 'worker', partykit: 'partykit' };

let server: DevServer;
let remove: () => Promise<void>;
let url = '';

beforeAll(async () => {
  const example = await createExample(EXAMPLES[inject('engine')], { packages: ['server'] });
  remove = example.remove;
  server = await startServer({ project: example.folder, basePath: BASE_PATH });
  url = `${server.url}${BASE_PATH}`;
}, 120_000);

afterAll(async () => {
  await server?.stop();
  await remove?.();
});

test('an app has its own route beside the mounted service', async () => {
  const own = await fetch(`${server.url}/hello`);
  expect(await own.json()).toEqual({ message: 'Hello from my own route' });
  expect((await fetch(`${server.url}/health`)).status).toBe(404);
  expect((await fetch(`${server.url}/synchronous`)).status).toBe(404);
  const health = await fetch(`${url}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok', password_hash: 'argon2id' });
});

test('two devices of a user synchronize below the base path', async () => {
  const user = await newUser({ url });
  const [one, two] = await Promise.all([connectDevice(user), connectDevice(user)]);
  one.store.setCell('tasks', 'task1', 'title', 'Learn TinyBase');
  await expect.poll(() => two.store.getTables()).toEqual(one.store.getTables());
  expect(two.store.getCell('tasks', 'task1', 'title')).toBe('Learn TinyBase');
});

test('the client connects with a URL that ends in the base path', async () => {
  const client = await signedInClient({ url });
  const [one, two] = [connect(client), connect(await anotherDevice(client, { url }))];
  one.store.setCell('tasks', 'task1', 'title', 'Learn TinyBase');
  await one.saved();
  await expect
    .poll(() => two.store.getTables())
    .toEqual({ tasks: { task1: { title: 'Learn TinyBase' } } });
});

test('a path in the store keeps its escapes below the base path', async () => {
  const user = await newUser({ url });
  const cell = `${url}/${user.namespace}/store/tables/a%2Fb/%25/title`;
  const headers = { ...bearer(user.session_uuid), 'Content-Type': 'application/json' };
  const put = await fetch(cell, { method: 'PUT', headers, body: '"Escaped"' });
  expect(put.status).toBeLessThan(300);
  const store = await fetch(`${url}/${user.namespace}/store/tables`, { headers });
  expect(await store.json()).toEqual({ 'a/b': { '%': { title: 'Escaped' } } });
});

test('the OpenAPI document and the page know the base path', async () => {
  const document = await fetch(`${url}/openapi.json`);
  expect(await document.json()).toMatchObject({ servers: [{ url: BASE_PATH }] });
  // The examples have no page.
  const page = await fetch(url);
  expect(page.status).toBe(404);
  expect(await page.json()).toMatchObject({ error: 'not_found' });
});

test('the room of another user is refused below the base path', async () => {
  const [user, other] = await Promise.all([newUser({ url }), newUser({ url })]);
  const { user: account } = await session(other);
  const room = `${url}/parties/user/${account.durable_object_name}/store`;
  const refused = await fetch(room, { headers: bearer(user.session_uuid) });
  expect(refused.status).toBe(403);
  expect((await fetch(room, { headers: bearer(other.session_uuid) })).status).toBe(200);
});

if (inject('engine') === 'partykit')
  test('the URLs that PartyKit gives to the parties are protected as well', async () => {
    const [user, other] = await Promise.all([newUser({ url }), newUser({ url })]);
    const { user: account } = await session(other);
    const room = `${server.url}/parties/tinyhost_user/${account.durable_object_name}/store`;
    expect((await fetch(room)).status).toBe(401);
    expect((await fetch(room, { headers: bearer(user.session_uuid) })).status).toBe(403);
    expect((await fetch(room, { headers: bearer(other.session_uuid) })).status).toBe(200);
    const hash = await fetch(`${server.url}/parties/tinyhost_auth/hash-1/hash`, { method: 'POST' });
    expect(hash.status).toBe(404);
  });

/** Runs the project in the server's README, with other options, until the test ends. */
async function startDocumented(options: string, status: number): Promise<DevServer> {
  const files = Object.entries(readmeProject(inject('engine'))).map(([path, text]) => [
    path,
    text.replace("basePath: '/sync'", options),
  ]);
  const project = await newProject({ packages: ['server'] }, Object.fromEntries(files));
  const documented = await startServer({ project, basePath: BASE_PATH, status });
  onTestFinished(() => documented.stop());
  return documented;
}

test("the project in the server's README mounts the service beside its own route", async () => {
  const documented = await startDocumented(`basePath: '/sync'`, 200);
  await newUser({ url: `${documented.url}${BASE_PATH}` });
  expect(await (await fetch(documented.url)).text()).toBe('my own route');
});

test('a binding or a party that does not exist is named in the log', async () => {
  const names = `{ user: 'nowhere' }`;
  const options = `basePath: '/sync', ${inject('engine') === 'workers' ? 'bindings' : 'parties'}: ${names}`;
  const documented = await startDocumented(options, 500);
  const response = await fetch(`${documented.url}${BASE_PATH}/health`);
  expect(await response.json()).toMatchObject({ error: 'internal' });
  await expect.poll(() => documented.output()).toMatch(/"wrong-setting","variable":"nowhere"/);
  expect(await (await fetch(documented.url)).text()).toBe('my own route');
});

// PartyKit's dev server prints the error too, but keeps running and never responds.
if (inject('engine') === 'workers')
  test('an invalid option keeps the app from starting, and says why', async () => {
    const started = startDocumented(`basePath: 'sync'`, 200);
    await expect(started).rejects.toThrow('createTinyHost: basePath has to be a path like "/sync"');
  });
