import { expect, test } from 'vitest';
import { openDashboard } from '../../helpers/browser/dashboard.ts';
import { untilMessage } from '../../helpers/browser/demo-page.ts';
import { useBrowser } from '../../helpers/browser/launch-browser.ts';
import { askAdmin } from '../../helpers/requests/operator.ts';
import { NAMESPACE } from '../../helpers/requests/users.ts';

const browser = useBrowser();

test('a key is created with its scopes, shown once, listed and revoked', async () => {
  const note = `report ${crypto.randomUUID()}`;
  const page = await openDashboard(browser(), { place: '#/keys' });
  await page.getByRole('button', { name: 'Create a key…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What it is for').fill(note);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await dialog.getByRole('alert').filter({ hasText: /./ }).waitFor();
  await dialog.getByLabel('Namespace').fill(NAMESPACE);
  await dialog.getByLabel('accounts:read').check();
  await dialog.getByLabel('It expires').selectOption('after a day');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const key = await dialog.getByLabel('The new key').inputValue();
  expect((await askAdmin('GET', 'access', { key })).body).toMatchObject({
    namespace: NAMESPACE,
    scopes: ['accounts:read'],
  });
  await dialog.getByRole('button', { name: 'Close' }).click();
  const row = page.getByRole('listitem').filter({ hasText: note });
  await row.getByText('accounts:read').waitFor();
  await expect.poll(() => page.content()).not.toContain(key);
  await row.getByRole('button', { name: `Revoke ${note}` }).click();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await untilMessage(page, `The key “${note}” is revoked.`);
  await expect.poll(() => row.count()).toBe(0);
  expect((await askAdmin('GET', 'access', { key })).status).toBe(401);
});
