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

/** Lets the page send no more than so many bytes a second, as over a telephone. */
export async function limitUplink(page: Page, uploadThroughput: number): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const unlimited = { offline: false, latency: 0, downloadThroughput: -1 };
  await devTools.send('Network.emulateNetworkConditions', { ...unlimited, uploadThroughput });
}
