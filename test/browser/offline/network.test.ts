import { expect, inject, test } from 'vitest';
import {
  addTask,
  isInIndexedDB,
  submitCredentials,
  taskTitles,
  untilStatus,
} from '../../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { uniqueEmail } from '../../helpers/requests/users.ts';
import { startNetworkProxy } from '../../helpers/servers/network-proxy.ts';

const browser = useBrowser();

test('the page shows a lost network, waits, and synchronizes when the network is back', async () => {
  const network = await startNetworkProxy(inject('url'));
  const page = await newDevice(browser(), network.url);
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  network.cut();
  await untilStatus(page, /^Offline/);
  await addTask(page, 'in the tunnel');
  await untilStatus(page, /changes not saved yet/);
  network.restore();
  await untilStatus(page, /^Online · all changes saved/);
});

test('a silently dead connection is detected when the device wakes up', async () => {
  const network = await startNetworkProxy(inject('url'));
  const email = uniqueEmail();
  const page = await newDevice(browser(), network.url);
  const other = await newDevice(browser(), inject('url'));
  await submitCredentials(page, email, 'Make an account');
  await submitCredentials(other, email, 'Sign in');
  network.freeze();
  await addTask(page, 'while asleep');
  // The client reconnects by itself six seconds after the last heartbeat.
  await untilStatus(page, /^Online · changes not saved yet/);
  await addTask(other, 'meanwhile');
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await untilStatus(page, /^Online · all changes saved/);
  await expect.poll(() => taskTitles(page)).toHaveLength(2);
  await expect.poll(() => taskTitles(other)).toHaveLength(2);
});

test('two offline tabs keep the edits of both, even if both are closed', async () => {
  const network = await startNetworkProxy(inject('url'));
  const one = await newDevice(browser(), network.url);
  const email = uniqueEmail();
  await submitCredentials(one, email, 'Make an account');
  const two = await one.context().newPage();
  await two.goto('/');
  await untilStatus(two, /^Online/);
  await one.getByRole('checkbox', { name: 'Offline' }).check();
  await two.getByRole('checkbox', { name: 'Offline' }).check();
  await addTask(one, 'in one tab');
  await addTask(two, 'in the other');
  await expect.poll(() => isInIndexedDB(one, 'in one tab')).toBe(true);
  await expect.poll(() => isInIndexedDB(one, 'in the other')).toBe(true);
  await one.close();
  await two.close();
  const later = await two.context().newPage();
  await later.goto('/');
  await expect.poll(() => taskTitles(later)).toHaveLength(2);
  await untilStatus(later, /^Online · all changes saved/);
});
