import { expect, test } from 'vitest';
import { openDashboard } from '../../helpers/browser/dashboard.ts';
import { untilMessage } from '../../helpers/browser/demo-page.ts';
import { useBrowser } from '../../helpers/browser/launch-browser.ts';
import { violations } from '../../helpers/browser/looks.ts';
import { askAdmin } from '../../helpers/requests/operator.ts';
import { newUser } from '../../helpers/requests/users.ts';
import { HookReceiver } from '../../helpers/servers/hook-receiver.ts';

const browser = useBrowser();

test('a hook is created with its events, paused and deleted, and what it missed is sent again', async () => {
  const namespace = `hooks-${crypto.randomUUID().slice(0, 8)}`;
  const receiver = await HookReceiver.start();
  receiver.answer = 500;
  const page = await openDashboard(browser(), { place: `#/${namespace}/hooks` });
  await page.getByText('Nobody is told of anything yet.').waitFor();
  await page.getByRole('button', { name: 'Create a hook…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByLabel('store.changed').uncheck();
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const secret = await dialog.getByLabel('The secret').inputValue();
  await dialog.getByRole('button', { name: 'Close' }).click();
  const { body } = await askAdmin('GET', `${namespace}/hooks`);
  const [hook] = body.hooks as (typeof receiver.hook)[];
  expect(hook!.events).toEqual(['account.created', 'account.verified', 'account.deleted']);
  receiver.hook = { ...hook!, secret };

  await newUser({ namespace });
  await expect.poll(() => receiver.ids.length).toBeGreaterThan(0);
  await page.getByText('Not delivered').click();
  await page.getByText(/status-500/).waitFor();
  await expect.poll(() => violations(page)).toEqual([]);
  receiver.answer = 204;
  await page.getByRole('button', { name: /^Send again: account.created of / }).click();
  await untilMessage(page, 'It is sent again.');
  await expect.poll(() => receiver.events.map(({ type }) => type)).toEqual(['account.created']);
  expect(receiver.forged).toBe(0);

  await page.getByRole('button', { name: `Pause ${receiver.url}` }).click();
  await page.getByText('paused', { exact: true }).waitFor();
  await page.getByRole('button', { name: `Delete ${receiver.url}` }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText('Nobody is told of anything yet.').waitFor();
});
