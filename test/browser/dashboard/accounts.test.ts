import { expect, inject, test } from 'vitest';
import { openDashboard, placeOfAccount } from '../../helpers/browser/dashboard.ts';
import { openForm, submitCredentials, untilMessage } from '../../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { askAdmin, pathOfAccount } from '../../helpers/requests/operator.ts';
import {
  ask,
  newUser,
  PASSWORD,
  post,
  type User,
  uniqueEmail,
} from '../../helpers/requests/users.ts';

const browser = useBrowser();

/** The status of an attempt to sign in. */
const signInStatus = async ({ url, namespace, email }: User): Promise<number> =>
  (await post(`${url}/${namespace}/sign-in`, { email, password: PASSWORD })).status;

test('accounts are found by the beginning of their address', async () => {
  const start = crypto.randomUUID().slice(0, 8);
  const emails = [`${start}-a@example.com`, `${start}-b@example.com`];
  for (const email of emails) await placeOfAccount(await newUser({ email }));
  const page = await openDashboard(browser());
  const links = page.getByRole('list', { name: 'Accounts' }).getByRole('link');
  await page.getByLabel(/^Search/).fill(`${start}-`);
  await expect.poll(() => links.allInnerTexts()).toEqual(emails);
  await page.getByLabel(/^Search/).fill(`${start}-b`);
  await expect.poll(() => links.allInnerTexts()).toEqual([emails[1]]);
  await page.getByLabel(/^Search/).fill(`${start}-c`);
  await page.getByText(`No address begins with “${start}-c”.`).waitFor();
});

test('a long list is shown page by page, in the order of the addresses', async () => {
  const namespace = `many-${crypto.randomUUID().slice(0, 8)}`;
  const emails = ['a', 'b', 'c'].map((name) => `${name}@example.com`);
  for (const email of emails) await placeOfAccount(await newUser({ namespace, email }));
  const page = await openDashboard(browser(), { place: '#/keys' });
  // Pages of 100 would take too long to fill.
  await page.route('**/accounts*', (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '2');
    return route.continue({ url: url.href });
  });
  await page.goto(`/admin#/${namespace}/accounts`);
  const links = page.getByRole('list', { name: 'Accounts' }).getByRole('link');
  await expect.poll(() => links.allInnerTexts()).toEqual(emails.slice(0, 2));
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => links.allInnerTexts()).toEqual(emails);
  await expect.poll(() => page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
});

test('an account shows how full its stores are, and which devices are connected now', async () => {
  const user = await newUser();
  const { store } = await connectDevice(user);
  store.setRow('tasks', 'task1', { title: 'Write' });
  await ask(user, 'POST', 'stores', { name: 'Groceries' });
  const page = await openDashboard(browser(), { place: await placeOfAccount(user) });
  const rows = page.getByRole('list', { name: 'Stores' }).getByRole('listitem');
  const own = rows.filter({ hasText: 'Private store' });
  await own.getByText('1 device now: Node').waitFor();
  await own.getByText(/^\d+ B of 33.6 MB \(0.0 %\), \d+ B of text$/).waitFor();
  await own.getByText(/^changed \d+ s ago$/).waitFor();
  const shared = rows.filter({ hasText: 'Groceries' });
  await shared.getByText('owner, never changed').waitFor();
  await shared.getByText('No device now').waitFor();
});

test('disabling an account signs its devices out, and enabling it lets it in again', async () => {
  const email = uniqueEmail();
  const device = await newDevice(browser(), inject('url'));
  await submitCredentials(device, email, 'Make an account');
  const user = { url: inject('url'), namespace: 'demo', email, session_uuid: '' };
  const page = await openDashboard(browser(), { place: await placeOfAccount(user) });
  await page.getByRole('list', { name: 'Signed in' }).getByRole('listitem').waitFor();
  await page.getByRole('button', { name: 'Disable…' }).click();
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await untilMessage(page, `${email} is disabled.`);
  await openForm(device, 'Sign in');
  await page.getByText('disabled', { exact: true }).waitFor();
  await page.getByText('On no device.').waitFor();
  expect(await signInStatus(user)).toBe(403);
  await page.getByRole('button', { name: 'Enable' }).click();
  await untilMessage(page, `${email} is enabled.`);
  expect(await signInStatus(user)).toBe(200);
});

test('the sessions of an account can be ended, which closes its sockets', async () => {
  const user = await newUser();
  const { closed } = await connectDevice(user);
  const page = await openDashboard(browser(), { place: await placeOfAccount(user) });
  await page.getByRole('button', { name: 'End sessions…' }).click();
  await page.getByRole('button', { name: 'End them' }).click();
  await untilMessage(page, `${user.email} is signed out on every device.`);
  expect((await closed).code).toBeGreaterThan(4000);
  await page.getByText('On no device.').waitFor();
});

test('an account is deleted only after its address was typed', async () => {
  const user = await newUser();
  const path = await pathOfAccount(user);
  const page = await openDashboard(browser(), { place: `#/${path}` });
  await page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByLabel(`Type ${user.email} to confirm`);
  await field.fill('another@example.com');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await expect
    .poll(() => field.evaluate((input: HTMLInputElement) => input.validity.valid))
    .toBe(false);
  expect((await askAdmin('GET', path)).status).toBe(200);
  await field.fill(user.email);
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await untilMessage(page, `${user.email} is deleted.`);
  await page.getByRole('heading', { name: 'Accounts' }).waitFor();
  expect((await askAdmin('GET', path)).status).toBe(404);
});
