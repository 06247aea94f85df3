import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchBrowser, newDevice } from '../helpers/browser.ts';
import { addTask, enter, taskTitles, untilStatus } from '../helpers/demo-page.ts';
import { networkTo } from '../helpers/network.ts';
import { uniqueEmail } from '../helpers/users.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('a lost network is shown, waited for, and made up for', async () => {
  const network = await networkTo(inject('url'));
  const page = await newDevice(browser, network.url);
  await enter(page, uniqueEmail(), 'Make an account');
  network.cut();
  await untilStatus(page, /^Offline/);
  await addTask(page, 'in the tunnel');
  await untilStatus(page, /changes not saved yet/);
  network.mend();
  await untilStatus(page, /^Online · all changes saved/);
});

test('a connection that died in silence is noticed when the device wakes up', async () => {
  const network = await networkTo(inject('url'));
  const email = uniqueEmail();
  const page = await newDevice(browser, network.url);
  const other = await newDevice(browser, inject('url'));
  await enter(page, email, 'Make an account');
  await enter(other, email, 'Sign in');
  network.freeze();
  await addTask(page, 'while asleep');
  await addTask(other, 'meanwhile');
  await untilStatus(page, /^Online · changes not saved yet/);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await untilStatus(page, /^Online · all changes saved/);
  await expect.poll(() => taskTitles(page)).toHaveLength(2);
  await expect.poll(() => taskTitles(other)).toHaveLength(2);
});

/** Whether this text is in IndexedDB, wherever in it. */
const isKept = (page: Page, text: string): Promise<boolean> =>
  page.evaluate(async (text) => {
    const done = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!));
      const stores = [...database.objectStoreNames];
      const contents = stores.map((store) =>
        done(database.transaction(store).objectStore(store).getAll()),
      );
      const all = JSON.stringify(await Promise.all(contents));
      database.close();
      if (all.includes(text)) return true;
    }
    return false;
  }, text);

test('two tabs that are offline keep the edits of both, even when both are closed', async () => {
  const network = await networkTo(inject('url'));
  const one = await newDevice(browser, network.url);
  const email = uniqueEmail();
  await enter(one, email, 'Make an account');
  const two = await one.context().newPage();
  await two.goto('/');
  await untilStatus(two, /^Online/);
  await one.getByLabel('Offline').check();
  await two.getByLabel('Offline').check();
  await addTask(one, 'in one tab');
  await addTask(two, 'in the other');
  await expect.poll(() => isKept(one, 'in one tab')).toBe(true);
  await expect.poll(() => isKept(one, 'in the other')).toBe(true);
  await one.close();
  await two.close();
  const later = await two.context().newPage();
  await later.goto('/');
  await expect.poll(() => taskTitles(later)).toHaveLength(2);
  await untilStatus(later, /^Online · all changes saved/);
});
