import type { Page, Route } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import {
  fillIn,
  openForm,
  submitCredentials,
  untilFocused,
  untilStatus,
} from '../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { uniqueEmail } from '../helpers/requests/users.ts';

const browser = useBrowser();

/** Opens the page without its service worker, whose files would hide what is requested. */
const newVisitor = (): Promise<Page> =>
  newDevice(browser(), inject('url'), { serviceWorkers: 'block' });

/** Holds back the response for a file. The returned function lets it pass. */
async function holdBack(page: Page, file: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(file, async (route: Route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Before the style sheet has loaded, nothing is painted, and every element counts as visible. */
const untilPainted = (page: Page) =>
  page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);

test('the form can be filled in and submitted before the script of the page has loaded', async () => {
  const email = uniqueEmail();
  const page = await newVisitor();
  await submitCredentials(page, email, 'Make an account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await openForm(page, 'Sign in');
  const release = await holdBack(page, '**/assets/main.js');
  await page.reload({ waitUntil: 'commit' });
  const form = page.getByRole('form', { name: 'Sign in' });
  await fillIn(form, email);
  await form.getByRole('button', { name: 'Sign in' }).click();
  release();
  await untilStatus(page, /^Online/);
});

test('another form can be chosen before that, and keeps the address', async () => {
  const page = await newVisitor();
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const release = await holdBack(page, '**/assets/main.js');
  await page.reload({ waitUntil: 'commit' });
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByRole('button', { name: 'Make an account' }).click();
  release();
  const form = page.getByRole('form', { name: 'Make an account' });
  await form.waitFor();
  await expect.poll(() => form.getByLabel('E-mail').inputValue()).toBe('ada@example.com');
  await untilFocused(form.getByLabel('Password', { exact: true }));
  expect(errors).toEqual([]);
});

test('a signed-in user never sees the form, and all code is requested before the script has loaded', async () => {
  const page = await newVisitor();
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  const release = await holdBack(page, '**/assets/main.js');
  const parts = ['signed-in', 'connection-engine'].map((name) =>
    page.waitForRequest((request) => request.url().includes(`/assets/${name}-`)),
  );
  await page.reload({ waitUntil: 'commit' });
  await Promise.all(parts);
  await untilPainted(page);
  await page.getByRole('heading', { name: 'TinyHost' }).waitFor();
  await expect.poll(() => page.getByRole('form', { name: 'Sign in' }).isVisible()).toBe(false);
  release();
  await untilStatus(page, /^Online/);
});

test.each(['main.js', 'chunk-*.js', 'signed-in-*.js', 'connection-engine-*.js'])(
  'if %s cannot be loaded, the page says so and offers to try again',
  async (file) => {
    const page = await newVisitor();
    await submitCredentials(page, uniqueEmail(), 'Make an account');
    await page.route(`**/assets/${file}`, (route) => route.abort());
    await page.reload();
    const problem = page.getByRole('alert').filter({ hasText: 'could not be loaded' });
    await problem.waitFor();
    await page.unrouteAll();
    await problem.getByRole('button', { name: 'Try again' }).click();
    await untilStatus(page, /^Online/);
  },
);
