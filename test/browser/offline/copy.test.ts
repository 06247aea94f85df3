import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import {
  addTask,
  isInIndexedDB,
  setOffline,
  submitCredentials,
  taskTitles,
  untilStatus,
} from '../../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { uniqueEmail } from '../../helpers/requests/users.ts';
import { startNetworkProxy } from '../../helpers/servers/network-proxy.ts';

const browser = useBrowser();

const databases = (page: Page) => page.evaluate(() => indexedDB.databases());

const signOut = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
};

test('an edit in the last event before the page ends is in the offline copy', async () => {
  const page = await newDevice(browser(), inject('url'));
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await addTask(page, 'early');
  await expect.poll(() => isInIndexedDB(page, 'early')).toBe(true);
  await setOffline(page, true);
  await page.getByLabel('New task').fill('last words');
  await page.evaluate(() => {
    const add = (document.activeElement as HTMLInputElement).form?.querySelector('button');
    // This runs before the client's own listener and after every timer of the page.
    addEventListener('pagehide', () => add?.click(), { capture: true });
  });
  await page.reload();
  await expect.poll(() => taskTitles(page)).toEqual(['early', 'last words']);
});

test('signing out in one of two tabs leaves no offline copy, even if the other tab writes', async () => {
  const one = await newDevice(browser(), inject('url'));
  await submitCredentials(one, uniqueEmail(), 'Make an account');
  const two = await one.context().newPage();
  await two.goto('/');
  await untilStatus(two, /^Online/);
  await addTask(two, 'in the other tab');
  await expect.poll(() => isInIndexedDB(two, 'in the other tab')).toBe(true);
  await addTask(two, 'right before');
  await signOut(one);
  await two.getByRole('button', { name: 'Sign in' }).waitFor();
  await expect.poll(() => databases(one)).toEqual([]);
  // Longer than a tab collects edits before it writes them.
  await two.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)));
  expect(await databases(two)).toEqual([]);
});

test('an offline user is signed out here at once, and on the server later', async () => {
  const network = await startNetworkProxy(inject('url'));
  const email = uniqueEmail();
  const page = await newDevice(browser(), network.url);
  await submitCredentials(page, email, 'Make an account');
  const other = await newDevice(browser(), inject('url'));
  await submitCredentials(other, email, 'Sign in');
  network.cut();
  await untilStatus(page, /^Offline/);
  await addTask(page, 'never sent');
  await signOut(page);
  await expect.poll(() => databases(page)).toEqual([]);
  network.restore();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(() => page.evaluate(() => localStorage.length)).toBe(0);
  await other.getByRole('button', { name: 'Refresh' }).click();
  await expect.poll(() => other.locator('#sessions li').count()).toBe(1);
});
