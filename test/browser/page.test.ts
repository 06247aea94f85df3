import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, inject, onTestFinished, test } from 'vitest';
import {
  addTask,
  isInIndexedDB,
  limitUploadRate,
  openForm,
  sessions,
  setOffline,
  setValue,
  submitCredentials,
  taskTitles,
  twoDevices,
  untilMessage,
  untilStatus,
  valueField,
} from '../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { uniqueEmail } from '../helpers/requests/users.ts';
import { startServer } from '../helpers/servers/start-server.ts';

const browser = useBrowser();

const url = inject('url');

/** Returns the progress from 0 to 1, or an empty text while the bar is hidden. */
const partsOf = (bar: Locator): Promise<number[]> =>
  bar.evaluateAll((bars) => bars.map((one) => (one as HTMLProgressElement).value));

const isPart = (part: number): boolean => part > 0 && part < 1;

test('two devices of a user see the same content, and another user sees none of it', async () => {
  const [one, two] = await twoDevices(browser(), url);
  const stranger = await newDevice(browser(), url);
  await submitCredentials(stranger, uniqueEmail(), 'Make an account');
  await addTask(one, 'Write a page');
  await expect.poll(() => taskTitles(two)).toEqual(['Write a page']);
  await two.getByLabel('Done: Write a page').check();
  await one.getByText('0 of 1 to do').waitFor();
  await setValue(two, 'colour', 'green');
  await expect.poll(() => valueField(one, 'colour').inputValue()).toBe('green');
  await one.getByRole('button', { name: 'Delete Write a page' }).click();
  await expect.poll(() => taskTitles(two)).toEqual([]);
  expect(await taskTitles(stranger)).toEqual([]);
});

test('offline edits of both devices are merged when they are online again', async () => {
  const [one, two] = await twoDevices(browser(), url);
  await addTask(one, 'before');
  await expect.poll(() => taskTitles(two)).toEqual(['before']);
  await setOffline(one, true);
  await setOffline(two, true);
  await addTask(one, 'from one');
  await addTask(two, 'from two');
  await untilStatus(one, /^Offline · changes not saved yet/);
  await expect.poll(() => taskTitles(two)).toEqual(['before', 'from two']);
  await setOffline(one, false);
  await setOffline(two, false);
  for (const page of [one, two]) {
    await expect.poll(() => taskTitles(page)).toEqual(['before', 'from one', 'from two']);
    await untilStatus(page, /^Online · all changes saved/);
  }
});

test('a restart of the server loses nothing and needs no user action', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const server = await startServer({ persist });
  onTestFinished(() => server.stop());
  const [one, two] = await twoDevices(browser(), server.url);
  await addTask(one, 'before');
  await expect.poll(() => taskTitles(two)).toEqual(['before']);
  await server.kill();
  await untilStatus(one, /^Offline/);
  await addTask(one, 'from one');
  await addTask(two, 'from two');
  const again = await startServer({ persist, port: Number(new URL(server.url).port) });
  onTestFinished(() => again.stop());
  for (const page of [one, two]) await untilStatus(page, /^Online · all changes saved/);
  for (const page of [one, two]) {
    await expect.poll(() => taskTitles(page)).toEqual(['before', 'from one', 'from two']);
  }
});

test('a note too large for a frame is sent over HTTP with a progress bar, and reaches the other device', async () => {
  const [one, two] = await twoDevices(browser(), url);
  await limitUploadRate(one, 1_000_000);
  const bar = one.getByRole('progressbar', { name: 'Sending over HTTP' });
  await one.getByRole('button', { name: 'Write a note of 2 MB' }).click();
  await expect.poll(() => partsOf(bar)).toEqual([expect.toSatisfy(isPart)]);
  await one.getByText(/^Saved, over HTTP in/).waitFor();
  await two.getByText(/^A note of 2.0 MB/).waitFor();
  await untilStatus(one, /^Online · all changes saved/);
  await addTask(two, 'after it');
  await expect.poll(() => taskTitles(one)).toEqual(['after it']);
});

test('signing out in one tab closes the other', async () => {
  const one = await newDevice(browser(), url);
  await submitCredentials(one, uniqueEmail(), 'Make an account');
  const other = await one.context().newPage();
  await other.goto('/');
  await untilStatus(other, /^Online/);
  await one.getByRole('button', { name: 'Sign out' }).click();
  await openForm(one, 'Sign in');
  await openForm(other, 'Sign in');
});

test('a device shows that another device has ended its session', async () => {
  const [one, two] = await twoDevices(browser(), url);
  await one.getByRole('button', { name: 'Refresh' }).click();
  await one.getByRole('button', { name: /^End the session/ }).click();
  await untilMessage(two, 'Signed out: session ended.');
  await expect.poll(() => sessions(one).count()).toBe(1);
});

test('a reload keeps the session, the tasks and unsent edits', async () => {
  const page = await newDevice(browser(), url);
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await addTask(page, 'sent');
  await untilStatus(page, /^Online · all changes saved/);
  await setOffline(page, true);
  await addTask(page, 'not sent');
  await expect.poll(() => isInIndexedDB(page, 'not sent')).toBe(true);
  await page.routeWebSocket('**', (socket) => socket.close());
  await page.reload();
  await expect.poll(() => taskTitles(page)).toEqual(['sent', 'not sent']);
  await page.unrouteAll();
});

test('a user can download everything and delete the account', async () => {
  const email = uniqueEmail();
  const page = await newDevice(browser(), url);
  await submitCredentials(page, email, 'Make an account');
  await addTask(page, 'mine');
  await untilStatus(page, /^Online · all changes saved/);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download everything' }).click();
  expect((await download).suggestedFilename()).toBe('tinyhost-export.json');
  await page.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password', { exact: true }).fill('not this one');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await dialog.getByRole('alert').filter({ hasText: /./ }).waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill('a long enough passphrase');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await openForm(page, 'Sign in');
  await expect.poll(() => page.evaluate(() => indexedDB.databases())).toEqual([]);
  await expect.poll(() => page.evaluate(() => localStorage.length)).toBe(0);
});
