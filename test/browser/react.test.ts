import { once } from 'node:events';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { launchBrowser, newDevice } from '../helpers/browser.ts';
import { PASSWORD, uniqueEmail } from '../helpers/users.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Serves the React app from an origin of its own. */
async function serveApp(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['test/helpers/react-app.tsx'],
    bundle: true,
    write: false,
    jsx: 'automatic',
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  const page = `<!doctype html><title>App</title><script type="module" src="/app.js"></script>`;
  const server = createServer(({ url }, response) => {
    const isScript = url === '/app.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? outputFiles[0]!.text : page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function enter(page: Page, email: string): Promise<void> {
  await page.goto(`/?server=${inject('url')}`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText('online, saved').waitFor();
}

test('a React app of another origin shows store, state, session and what is saved', async () => {
  const app = await serveApp();
  const email = uniqueEmail();
  const one = await newDevice(browser, app);
  const two = await newDevice(browser, app);
  await enter(one, email);
  await enter(two, email);
  await one.getByRole('button', { name: 'Count 0' }).click();
  await two.getByRole('button', { name: 'Count 1' }).click();
  await one.getByRole('button', { name: 'Count 2' }).waitFor();
  await two.getByText('online, saved').waitFor();
  await one.getByRole('button', { name: 'Leave' }).click();
  await one.getByRole('button', { name: 'Enter' }).waitFor();
  await enter(one, uniqueEmail());
  expect(await one.getByRole('button', { name: /Count/ }).textContent()).toBe('Count 0');
});
