import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import type { Client, Connection } from '../../../client/index.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { PASSWORD, uniqueEmail } from '../../helpers/requests/users.ts';
import { serveApp } from '../../helpers/servers/serve-app.ts';

const browser = useBrowser();
const url = inject('url');

/** An app that keeps its offline copy in the origin private file system. */
const appOf = (email: string) => `
import { createOpfsPersister } from 'tinybase/persisters/persister-browser';
import { createClient } from 'tinyhost-client';

const directory = await navigator.storage.getDirectory();
const eraseOffline = (name) => directory.removeEntry(name);
const client = createClient({ url: '${url}', namespace: 'todo', eraseOffline });
if (!client.currentSession) await client.signUp({ email: '${email}', password: '${PASSWORD}' });
const offline = async (store, name, onError) =>
  createOpfsPersister(store, await directory.getFileHandle(name, { create: true }), onError);
const connection = client.connect(undefined, { offline });
Object.assign(globalThis, { client, connection, directory });`;

declare const client: Client;
declare const connection: Connection;
declare const directory: FileSystemDirectoryHandle & { keys(): AsyncIterable<string> };

const valuesOf = (page: Page) =>
  page.evaluate(() => (globalThis as { connection?: Connection }).connection?.store.getValues());

async function filesOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let count = 0;
    for await (const _ of directory.keys()) count += 1;
    return count;
  });
}

test('a persister for OPFS keeps what was written offline until the server has it', async () => {
  const contents = appOf(uniqueEmail());
  const origin = await serveApp({ stdin: { contents, resolveDir: '.', loader: 'js' } });
  const page = await newDevice(browser(), origin);
  await expect.poll(() => valuesOf(page)).toBeDefined();
  await page.evaluate(() => {
    connection.store.setValue('online', 1);
    return connection.saved();
  });
  await page.route(`${url}/**`, (route) => route.abort());
  await page.evaluate(() => {
    connection.pause();
    connection.store.setValue('offline', 2);
    return connection.close();
  });
  await page.reload();
  await expect.poll(() => valuesOf(page)).toMatchObject({ online: 1, offline: 2 });
  await expect.poll(() => page.evaluate(() => connection.state.saved)).toBe(false);
  await page.unroute(`${url}/**`);
  await page.evaluate(() => {
    connection.resume();
    return connection.saved();
  });
  await expect.poll(() => filesOf(page)).toBe(1);
  await page.evaluate(() => client.signOut());
  await expect.poll(() => filesOf(page)).toBe(0);
});
