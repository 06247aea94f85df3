import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { PASSWORD, uniqueEmail } from '../requests/users.ts';
import { newDevice } from './launch-browser.ts';

/** Drives the demo page as its users do. It finds elements by role, label and text. */

export type FormName = 'Sign in' | 'Make an account';

/** Opens the form for signing in or up if another form is shown. */
export async function openForm(page: Page, name: FormName): Promise<Locator> {
  const form = page.getByRole('form', { name });
  const others = page.getByRole('form').getByRole('button', { name, exact: true });
  await others.first().waitFor();
  if (!(await form.isVisible())) await others.click();
  return form;
}

export async function fillIn(form: Locator, email: string, password = PASSWORD): Promise<void> {
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password', { exact: true }).fill(password);
}

export async function submitCredentials(page: Page, email: string, name: FormName): Promise<void> {
  const form = await openForm(page, name);
  await fillIn(form, email);
  await form.getByRole('button', { name, exact: true }).click();
  await untilStatus(page, /^Online · all changes saved/);
}

/** Opens two devices of one user and waits until both are online. */
export async function twoDevices(browser: Browser, url: string): Promise<[Page, Page, string]> {
  const email = uniqueEmail();
  const one = await newDevice(browser, url);
  const two = await newDevice(browser, url);
  await submitCredentials(one, email, 'Make an account');
  await submitCredentials(two, email, 'Sign in');
  return [one, two, email];
}

export const untilStatus = (page: Page, text: RegExp): Promise<void> =>
  page.getByRole('status', { name: 'Connection' }).filter({ hasText: text }).waitFor();

/** Waits until the page shows this status. */
export const untilMessage = (page: Page, text: string | RegExp): Promise<void> =>
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

export const titleFields = (page: Page): Locator =>
  page.getByRole('list', { name: 'Tasks' }).getByRole('textbox', { name: 'Title' });

/** Returns the titles of the tasks in the order of the page. */
export const taskTitles = (page: Page): Promise<string[]> =>
  titleFields(page).evaluateAll((fields) =>
    fields.map((field) => (field as HTMLInputElement).value),
  );

export const valueField = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Values' }).getByRole('textbox', { name, exact: true });

/** Returns the listed sessions. */
export const sessions = (page: Page): Locator =>
  page.getByRole('list', { name: 'Signed in' }).getByRole('listitem');

export const setOffline = (page: Page, offline: boolean): Promise<void> =>
  page.getByRole('checkbox', { name: 'Offline' }).setChecked(offline);

export const isFocused = (element: Locator): Promise<boolean> =>
  element.evaluate((element) => element === document.activeElement);

/** Waits until the element has the focus, which dialogs give back a moment after they close. */
export const untilFocused = (element: Locator): Promise<void> =>
  expect.poll(() => isFocused(element)).toBe(true);

/** Presses a key until the element has the focus. */
export async function pressUntil(page: Page, key: string, element: Locator): Promise<void> {
  for (let presses = 0; presses < 40 && !(await isFocused(element)); presses += 1) {
    await page.keyboard.press(key);
  }
  if (!(await isFocused(element))) throw new Error(`${key} does not lead to ${element}`);
}

/** Searches all IndexedDB databases for the text. */
export const isInIndexedDB = (page: Page, text: string): Promise<boolean> =>
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

/** Limits the upload rate of the page, in bytes per second. */
export async function limitUploadRate(page: Page, uploadThroughput: number): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const unlimited = { offline: false, latency: 0, downloadThroughput: -1 };
  await devTools.send('Network.emulateNetworkConditions', { ...unlimited, uploadThroughput });
}
