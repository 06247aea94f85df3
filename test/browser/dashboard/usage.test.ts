import { expect, test } from 'vitest';
import { openDashboard, placeOfAccount } from '../../helpers/browser/dashboard.ts';
import { useBrowser } from '../../helpers/browser/launch-browser.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { newUser, type User } from '../../helpers/requests/users.ts';

const browser = useBrowser();

/** Two accounts of a namespace of their own, the first with a device. */
async function twoUsers(): Promise<[string, User]> {
  const namespace = `usage-${crypto.randomUUID().slice(0, 8)}`;
  const users = [await newUser({ namespace }), await newUser({ namespace })] as const;
  for (const user of users) await placeOfAccount(user);
  const { store } = await connectDevice(users[0]);
  store.setRow('tasks', 'task1', { title: 'Count' });
  return [namespace, users[0]];
}

test('the accounts of a namespace are counted and charted, and its stores measured on demand', async () => {
  const [namespace] = await twoUsers();
  const page = await openDashboard(browser(), { place: `#/${namespace}/usage` });
  await page.getByText('Verified: 0 of 2').waitFor();
  await page.getByRole('img', { name: /^2 accounts .* 2 of them in the last 7 days$/ }).waitFor();
  await page.getByRole('button', { name: 'Measure' }).click();
  await page.getByRole('button', { name: 'Measure again' }).waitFor();
  const figures = page.getByRole('region', { name: 'Stores by size' }).locator('dl');
  await expect.poll(() => figures.innerText()).toMatch(/Accounts\s+2\s+Stores\s+2/);
  await expect.poll(() => figures.innerText()).toMatch(/Devices now\s+1$/);
});
