import { expect, inject, test } from 'vitest';
import {
  openDashboard,
  openPart,
  openSignIn,
  parts,
  placeOfAccount,
  signIn,
} from '../../helpers/browser/dashboard.ts';
import { submitCredentials, untilMessage } from '../../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { askAdmin } from '../../helpers/requests/operator.ts';
import { NAMESPACE, newUser, uniqueEmail } from '../../helpers/requests/users.ts';

const browser = useBrowser();

/** Issues a key, and returns it with its id. */
async function issueKey(scopes: string[], namespace = NAMESPACE) {
  const { body } = await askAdmin('POST', 'keys', { body: { namespace, scopes } });
  return body as { id: string; key: string };
}

test('a tab keeps the key over a reload, other tabs do not have it, and signing out forgets it', async () => {
  const page = await openDashboard(browser());
  await page.reload();
  await page.getByRole('heading', { name: 'Accounts' }).waitFor();
  const other = await page.context().newPage();
  await other.goto('/admin');
  await other.getByRole('form', { name: 'Sign in' }).waitFor();
  await expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).not.toContain('key');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await untilMessage(page, 'Signed out.');
  await page.reload();
  await page.getByRole('form', { name: 'Sign in' }).waitFor();
  await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('a wrong key is refused with a message', async () => {
  const page = await openSignIn(browser());
  await signIn(page, 'not the key of the operator');
  await page.getByRole('alert').filter({ hasText: 'This key is not valid' }).waitFor();
});

test('a key that is revoked leads back to the form', async () => {
  const { id, key } = await issueKey(['accounts:read', 'usage:read']);
  const page = await openDashboard(browser(), { key });
  await askAdmin('DELETE', `keys/${id}`);
  await openPart(page, 'Usage');
  await page.getByRole('form', { name: 'Sign in' }).waitFor();
  await untilMessage(page, 'Signed out: the key is not valid.');
});

test('an issued key sees its namespace, and the parts and actions of its scopes', async () => {
  const user = await newUser();
  const { key } = await issueKey(['accounts:read']);
  const page = await openDashboard(browser(), { key, place: '' });
  await page.getByText(`Namespace ${NAMESPACE}`).waitFor();
  await expect.poll(() => parts(page).allInnerTexts()).toEqual(['Accounts']);
  await page.goto(`/admin${await placeOfAccount(user)}`);
  await page.getByRole('heading', { name: user.email }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Disable…' }).count()).toBe(0);
  await expect.poll(() => page.getByRole('link', { name: 'Private store' }).count()).toBe(0);
});

test('without a list of the namespaces, the operator writes the name of one', async () => {
  const user = await newUser({ namespace: 'elsewhere' });
  await placeOfAccount(user);
  const page = await openDashboard(browser(), { place: '' });
  await page.getByRole('heading', { name: 'Which namespace?' }).waitFor();
  await page.getByRole('textbox', { name: 'Namespace' }).fill('elsewhere');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('link', { name: user.email }).waitFor();
});

test('the page loads nothing of the dashboard, and the dashboard nothing of the page', async () => {
  const page = await newDevice(browser(), inject('url'));
  const paths: string[] = [];
  page.context().on('request', (request) => paths.push(new URL(request.url()).pathname));
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await page.reload();
  await page.getByLabel('New task').waitFor();
  expect(paths).toContain('/assets/main.js');
  expect(paths.filter((path) => path.includes('dashboard'))).toEqual([]);
  const other = await page.context().newPage();
  const scripts: string[] = [];
  other.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
  });
  await other.goto('/admin');
  await other.getByRole('form', { name: 'Sign in' }).waitFor();
  expect(scripts).toContain('/assets/dashboard/main.js');
  expect(scripts.filter((path) => !path.startsWith('/assets/dashboard/'))).toEqual([]);
});
