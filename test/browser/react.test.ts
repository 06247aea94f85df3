import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { PASSWORD, uniqueEmail } from '../helpers/requests/users.ts';
import { serveApp } from '../helpers/servers/serve-app.ts';

const browser = useBrowser();

const APP = { entryPoints: ['test/helpers/browser/react-app.tsx'] };

async function enter(page: Page, email: string): Promise<void> {
  await page.goto(`/?server=${inject('url')}`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText('online, saved').waitFor();
}

test('a React app of another origin shows the store, state, session and saved state', async () => {
  const app = await serveApp(APP);
  const email = uniqueEmail();
  const one = await newDevice(browser(), app);
  const two = await newDevice(browser(), app);
  await enter(one, email);
  await enter(two, email);
  await one.getByRole('button', { name: 'Count 0' }).click();
  await two.getByRole('button', { name: 'Count 1' }).click();
  await one.getByRole('button', { name: 'Count 2' }).waitFor();
  await two.getByText('online, saved').waitFor();
  await one.getByRole('button', { name: 'Leave' }).click();
  await one.getByRole('button', { name: 'Enter' }).waitFor();
  await enter(one, uniqueEmail());
  await expect.poll(() => one.getByRole('button', { name: /Count/ }).textContent()).toBe('Count 0');
});

/** Records the sockets that a page opens, and its console messages. */
function watchPage(page: Page) {
  const seen = { sockets: 0, complaints: [] as string[] };
  page.on('websocket', () => {
    seen.sockets += 1;
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.complaints.push(message.text());
  });
  page.on('pageerror', (error) => seen.complaints.push(`${error}`));
  return seen;
}

test('in strict mode a session opens one socket, and server-rendered HTML is hydrated', async () => {
  const page = await newDevice(browser(), await serveApp(APP));
  await enter(page, uniqueEmail());
  const seen = watchPage(page);
  await page.reload();
  await page.getByText('online, saved').waitFor();
  expect(seen).toEqual({ sockets: 1, complaints: [] });
});

test('an app in a runtime without WebSocket shows an error and continues', async () => {
  const page = await newDevice(browser(), await serveApp(APP));
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebSocket'));
  await page.goto(`/?server=${inject('url')}`);
  await page.getByLabel('E-mail').fill(uniqueEmail());
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText('refused, not saved').waitFor();
  await page.getByText('this runtime has no WebSocket').waitFor();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('button', { name: 'Enter' }).waitFor();
});
