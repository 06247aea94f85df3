import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchBrowser, newDevice } from '../helpers/browser.ts';
import { serveApp } from '../helpers/serve-app.ts';
import { PASSWORD, uniqueEmail } from '../helpers/users.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function enter(page: Page, email: string): Promise<void> {
  await page.goto(`/?server=${inject('url')}`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText('online, saved').waitFor();
}

test('a React app of another origin shows store, state, session and what is saved', async () => {
  const app = await serveApp({ entryPoints: ['test/helpers/react-app.tsx'] });
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
