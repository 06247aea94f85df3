import type { Browser, Locator, Page } from 'playwright-core';
import { PASSWORD, uniqueEmail } from '../requests/users.ts';
import { newDevice } from './launch-browser.ts';

/**
 * What people do on the page that the dev server serves. It looks for what they see and hear:
 * roles, labels and texts.
 */

export type Way = 'Sign in' | 'Make an account';

/** The form for a way in, which is opened if the page shows another one. */
export async function openForm(page: Page, way: Way): Promise<Locator> {
  const form = page.getByRole('form', { name: way });
  const others = page.getByRole('form').getByRole('button', { name: way, exact: true });
  await others.first().waitFor();
  if (!(await form.isVisible())) await others.click();
  return form;
}

export async function fillIn(form: Locator, email: string, password = PASSWORD): Promise<void> {
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password', { exact: true }).fill(password);
}

export async function enter(page: Page, email: string, way: Way): Promise<void> {
  const form = await openForm(page, way);
  await fillIn(form, email);
  await form.getByRole('button', { name: way, exact: true }).click();
  await untilStatus(page, /^Online · all changes saved/);
}

/** Two devices of one user, both online. */
export async function twoDevices(browser: Browser, url: string): Promise<[Page, Page, string]> {
  const email = uniqueEmail();
  const one = await newDevice(browser, url);
  const two = await newDevice(browser, url);
  await enter(one, email, 'Make an account');
  await enter(two, email, 'Sign in');
  return [one, two, email];
}

export const untilStatus = (page: Page, text: RegExp): Promise<void> =>
  page.getByRole('status', { name: 'Connection' }).filter({ hasText: text }).waitFor();

/** Waits until the page as a whole has this to tell. */
export const untilNews = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor();

export async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

export async function setValue(page: Page, name: string, content: string): Promise<void> {
  await page.getByLabel('Name of the value').fill(name);
  await page.getByLabel('Value', { exact: true }).fill(content);
  await page.getByRole('button', { name: 'Set' }).click();
}

export const titles = (page: Page): Locator =>
  page.getByRole('list', { name: 'Tasks' }).getByRole('textbox', { name: 'Title' });

/** The titles of the tasks that the page shows, in its order. */
export const taskTitles = (page: Page): Promise<string[]> =>
  titles(page).evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));

/** The field of a value. */
export const valueField = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Values' }).getByRole('textbox', { name, exact: true });

/** The sessions that the page lists. */
export const sessions = (page: Page): Locator =>
  page.getByRole('list', { name: 'Signed in' }).getByRole('listitem');

export const setOffline = (page: Page, offline: boolean): Promise<void> =>
  page.getByRole('checkbox', { name: 'Offline' }).setChecked(offline);

export const isFocused = (element: Locator): Promise<boolean> =>
  element.evaluate((element) => element === document.activeElement);

/** Presses a key until it has brought the focus here. */
export async function pressUntil(page: Page, key: string, element: Locator): Promise<void> {
  for (let presses = 0; presses < 40 && !(await isFocused(element)); presses += 1) {
    await page.keyboard.press(key);
  }
  if (!(await isFocused(element))) throw new Error(`${key} does not lead to ${element}`);
}

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
