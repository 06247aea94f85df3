import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  cellField,
  editCell,
  openDashboard,
  openPart,
  placeOfAccount,
} from '../../helpers/browser/dashboard.ts';
import { useBrowser } from '../../helpers/browser/launch-browser.ts';
import { connectDevice, type Device } from '../../helpers/devices/devices.ts';
import { askAdmin } from '../../helpers/requests/operator.ts';
import { ask, NAMESPACE, newUser } from '../../helpers/requests/users.ts';

const browser = useBrowser();

const TASK = { title: 'Write', done: false, minutes: 5, tags: ['a', 'b'] };

/** Opens the private store of a new user with a device, whose task the dashboard shows. */
async function openStore(key?: string): Promise<{ page: Page; device: Device }> {
  const user = await newUser();
  const device = await connectDevice(user);
  device.store.setRow('tasks', 'task1', TASK);
  const place = `${await placeOfAccount(user)}/data`;
  const page = await openDashboard(browser(), { place, ...(key && { key }) });
  await expect.poll(() => cellField(page, 'task1', 'title').inputValue()).toBe('Write');
  return { page, device };
}

/** From now on the dashboard does not notice what devices change. */
async function stopPolling(page: Page): Promise<void> {
  await page.route(/\/store$/, (route) => route.fulfill({ status: 304 }));
}

test('edits of the operator reach a TinyBase client with their types, and its edits the operator', async () => {
  const { page, device } = await openStore();
  await editCell(page, 'task1', 'title', 'Write it');
  await editCell(page, 'task1', 'minutes', '7');
  await editCell(page, 'task1', 'done', 'true');
  await editCell(page, 'task1', 'tags', '["c"]');
  const edited = { title: 'Write it', done: true, minutes: 7, tags: ['c'] };
  await expect.poll(() => device.store.getRow('tasks', 'task1')).toEqual(edited);
  device.store.setCell('tasks', 'task1', 'title', 'Write it again');
  device.store.setRow('tasks', 'task2', { title: 'Read' });
  await expect.poll(() => cellField(page, 'task2', 'title').inputValue()).toBe('Read');
  await expect.poll(() => cellField(page, 'task1', 'title').inputValue()).toBe('Write it again');
});

test('cells, rows and values are added and deleted', async () => {
  const { page, device } = await openStore();
  await page.getByText('Add a cell or a value').click();
  const form = page.getByRole('form');
  await form.getByLabel('Table').fill('tasks');
  await form.getByLabel('Row').fill('task/2');
  await form.getByLabel('Name').fill('title');
  await form.getByLabel('Content').fill('Read');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect.poll(() => device.store.getRow('tasks', 'task/2')).toEqual({ title: 'Read' });
  await form.getByLabel('Name').fill('volume');
  await form.getByLabel('Content').fill('7');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect.poll(() => device.store.getValue('volume')).toBe(7);
  await cellField(page, 'task1', 'minutes').focus();
  await page.getByRole('button', { name: 'Delete minutes of task1' }).click();
  await expect.poll(() => device.store.hasCell('tasks', 'task1', 'minutes')).toBe(false);
  await page.getByRole('button', { name: 'Delete the row task/2' }).click();
  await expect.poll(() => device.store.getRowIds('tasks')).toEqual(['task1']);
  await page.getByRole('button', { name: 'Values' }).click();
  await page.getByRole('textbox', { name: 'volume' }).fill('8');
  await page.keyboard.press('Enter');
  await expect.poll(() => device.store.getValue('volume')).toBe(8);
});

test('an edit that another device was faster than is not written, until the operator wants it', async () => {
  const { page, device } = await openStore();
  await stopPolling(page);
  device.store.setCell('tasks', 'task1', 'title', 'Theirs');
  await editCell(page, 'task1', 'title', 'Mine');
  const note = page.getByRole('alert').filter({ hasText: '“Theirs” was written elsewhere' });
  await note.waitFor();
  expect(device.store.getCell('tasks', 'task1', 'title')).toBe('Theirs');
  await note.getByRole('button', { name: 'Write mine' }).click();
  await expect.poll(() => device.store.getCell('tasks', 'task1', 'title')).toBe('Mine');
  await expect.poll(() => note.count()).toBe(0);
});

test('an edit that cannot be saved is taken back and says why', async () => {
  const { page } = await openStore();
  await page.route(/\/store\/tables\//, (route) => route.abort());
  await editCell(page, 'task1', 'title', 'Lost');
  await page.getByRole('alert').filter({ hasText: 'Not saved.' }).waitFor();
  await page.getByRole('heading', { name: 'Private store' }).click();
  await expect.poll(() => cellField(page, 'task1', 'title').inputValue()).toBe('Write');
});

test('a key that may only read stores cannot edit them', async () => {
  const scopes = ['accounts:read', 'stores:read'];
  const { body } = await askAdmin('POST', 'keys', { body: { namespace: NAMESPACE, scopes } });
  const { page } = await openStore(body.key as string);
  await expect
    .poll(() => cellField(page, 'task1', 'title').getAttribute('readonly'))
    .not.toBeNull();
  await page.getByText('This key may read stores, but not change them.').waitFor();
});

test('a shared store is listed and shown', async () => {
  const user = await newUser({ namespace: `shared-${crypto.randomUUID().slice(0, 8)}` });
  const { store } = (await ask(user, 'POST', 'stores', { name: 'List' })).body;
  await ask(user, 'PUT', `stores/${store}/store`, { tables: { t: { r: { c: 'Shared' } } } });
  const page = await openDashboard(browser(), { place: await placeOfAccount(user) });
  await page.getByRole('link', { name: 'List' }).waitFor();
  await openPart(page, 'Shared stores');
  await page.getByRole('link', { name: `${store}` }).click();
  await expect.poll(() => cellField(page, 'r', 'c').inputValue()).toBe('Shared');
});
