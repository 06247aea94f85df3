import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import {
  addTask,
  setOffline,
  taskTitles,
  titleFields,
  untilFocused,
  untilStatus,
} from '../helpers/browser/demo-page.ts';
import { useBrowser } from '../helpers/browser/launch-browser.ts';
import { invite, join, makeList, newUser, titlesIn } from '../helpers/browser/shared-list.ts';
import { connectDevice } from '../helpers/devices/devices.ts';
import { ask, signIn } from '../helpers/requests/users.ts';

const browser = useBrowser();

const url = inject('url');
const SAVED = /^Online · all changes saved/;

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'History' });
const momentsIn = (page: Page) => dialogOf(page).getByRole('list').getByRole('listitem');
const restoresIn = (page: Page) =>
  dialogOf(page).getByRole('button', { name: /^Restore the list/ });
const told = (page: Page, text: string) =>
  dialogOf(page).getByRole('status', { name: 'History' }).filter({ hasText: text }).waitFor();

const open = (page: Page) => page.getByRole('button', { name: 'History…' }).click();
const close = (page: Page) => dialogOf(page).getByRole('button', { name: 'Close' }).click();

/** Opens the history, which ends the present moment, and closes it. */
async function endMoment(page: Page): Promise<void> {
  await untilStatus(page, SAVED);
  await open(page);
  await momentsIn(page).first().waitFor();
  await close(page);
}

test('a list that was emptied is brought back on all devices, and the restore is undone', async () => {
  const [page, email] = await newUser(browser(), url);
  const { store } = await connectDevice(await signIn({ url, namespace: 'demo', email }));
  const onDevice = () => Object.values(store.getTable('tasks')).map(({ title }) => title);
  await addTask(page, 'Bread');
  await addTask(page, 'Milk');
  await titleFields(page).first().pressSequentially('!');
  await endMoment(page);
  for (const title of ['Bread!', 'Milk'])
    await page.getByRole('button', { name: `Delete ${title}` }).click();
  await untilStatus(page, SAVED);
  await expect.poll(onDevice).toEqual([]);

  await open(page);
  await expect.poll(() => momentsIn(page).count()).toBe(2);
  await momentsIn(page).first().getByText('tasks: 2 rows, 6 cells').waitFor();
  await restoresIn(page).first().click();
  await told(page, ': 6 changes.');
  await expect.poll(() => onDevice().sort()).toEqual(['Bread!', 'Milk']);
  await expect.poll(() => taskTitles(page)).toEqual(['Bread!', 'Milk']);
  await momentsIn(page).first().getByText('Restored by this device').waitFor();

  await dialogOf(page).getByRole('button', { name: 'Undo' }).click();
  await told(page, 'The restore is undone.');
  await expect.poll(onDevice).toEqual([]);
  await expect.poll(() => taskTitles(page)).toEqual([]);
  await expect.poll(() => dialogOf(page).getByRole('button', { name: 'Undo' }).count()).toBe(0);
  await untilFocused(dialogOf(page).getByText(/^The list can be brought back/));
  await close(page);
  await untilFocused(page.getByRole('button', { name: 'History…' }));
});

test('the history says what it lacks: changes, a network, an answer, a moment', async () => {
  const [page] = await newUser(browser(), url, { serviceWorkers: 'block' });
  const alert = (text: RegExp) => dialogOf(page).getByRole('alert').filter({ hasText: text });
  await open(page);
  await dialogOf(page).getByText('Nothing has changed lately.').waitFor();
  await close(page);

  await setOffline(page, true);
  await open(page);
  await told(page, 'It is shown when this device is online.');
  await close(page);
  await setOffline(page, false);
  await addTask(page, 'Bread');
  await untilStatus(page, SAVED);

  await page.route('**/store/history*', (route) => route.abort());
  await open(page);
  await alert(/cannot be reached/).waitFor();
  await page.unrouteAll();
  await dialogOf(page).getByRole('button', { name: 'Try again' }).click();
  await momentsIn(page).first().waitFor();
  await expect.poll(() => alert(/./).count()).toBe(0);

  const json = { error: 'history_gone', message: 'too old' };
  await page.route('**/store/restore', (route) => route.fulfill({ status: 410, json }));
  await restoresIn(page).first().click();
  await alert(/does not reach back/).waitFor();
  await expect.poll(() => momentsIn(page).count()).toBe(1);
});

test('earlier moments are shown page by page', async () => {
  const [page, email] = await newUser(browser(), url);
  await addTask(page, 'Bread');
  await untilStatus(page, SAVED);
  const user = await signIn({ url, namespace: 'demo', email });
  // Each restore is a moment of its own, and takes back the one before.
  for (let at = '0', times = 0; times < 20; times += 1) {
    const { body } = await ask(user, 'POST', 'store/restore', { at });
    at = String(body.undo);
  }
  await open(page);
  await momentsIn(page).nth(19).waitFor();
  await dialogOf(page).getByRole('button', { name: 'Show earlier ones' }).click();
  await momentsIn(page).nth(20).getByText('Changed by this device').waitFor();
  await expect.poll(() => momentsIn(page).count()).toBe(21);
});

test('in a shared list, the history names the members, and viewers cannot restore', async () => {
  const [ann, annEmail] = await newUser(browser(), url);
  await makeList(ann, 'Shopping');
  await addTask(ann, 'Bread');
  await endMoment(ann);
  const [bob] = await newUser(browser(), url);
  await join(bob, await invite(ann, 'only read'));
  await open(bob);
  await momentsIn(bob).getByText(`Changed by ${annEmail}`).waitFor();
  await expect.poll(() => restoresIn(bob).count()).toBe(0);

  await open(ann);
  await momentsIn(ann).getByText('Changed by you').waitFor();
  await restoresIn(ann).click();
  await told(ann, ': 3 changes.');
  await expect.poll(() => titlesIn(bob, 'Shopping').count()).toBe(0);
  await momentsIn(ann).getByText('Restored by you').waitFor();
});
