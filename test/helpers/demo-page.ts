import type { Page } from 'playwright-core';
import { PASSWORD } from './users.ts';

/** What people do on the page that the dev server serves. */
export async function enter(page: Page, email: string, way: 'Sign in' | 'Make an account') {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').first().fill(PASSWORD);
  await page.getByRole('button', { name: way }).click();
  await untilStatus(page, /^Online · all changes saved/);
}

export const untilStatus = (page: Page, text: RegExp): Promise<void> =>
  page.locator('#status').filter({ hasText: text }).waitFor();

export async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

/** The titles of the tasks that the page shows, in its order. */
export const taskTitles = (page: Page): Promise<string[]> =>
  page
    .locator('#tasks .title')
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));

export const setOffline = (page: Page, offline: boolean): Promise<void> =>
  page.getByLabel('Offline').setChecked(offline);

/** Whether this text is in IndexedDB, wherever in it. */
export const isKept = (page: Page, text: string): Promise<boolean> =>
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

/** Lets the page send no more than so many bytes a second, as over a telephone. */
export async function limitUplink(page: Page, uploadThroughput: number): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const unlimited = { offline: false, latency: 0, downloadThroughput: -1 };
  await devTools.send('Network.emulateNetworkConditions', { ...unlimited, uploadThroughput });
}
