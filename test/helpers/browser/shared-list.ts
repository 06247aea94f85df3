import type { Browser, Locator, Page } from 'playwright-core';
import { uniqueEmail } from '../requests/users.ts';
import { submitCredentials, untilMessage, untilStatus } from './demo-page.ts';
import { type DeviceOptions, newDevice } from './launch-browser.ts';

/** Drives the shared lists of the demo page as its users do. */

export type Rights = 'read and write' | 'only read';

/** The name that the page shows of a user. */
export const nameOf = (email: string): string => email.split('@')[0]!;

/** Opens the page as a new user. */
export async function newUser(
  browser: Browser,
  url: string,
  options: DeviceOptions = {},
): Promise<[Page, string]> {
  const email = uniqueEmail();
  const page = await newDevice(browser, url, options);
  await submitCredentials(page, email, 'Make an account');
  return [page, email];
}

export const listButton = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name, exact: true });

/** Waits until the page shows this list. */
export const untilList = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, exact: true, level: 2 }).waitFor();

export async function makeList(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New list…' }).click();
  await page.getByRole('dialog', { name: 'New list' }).getByLabel('Name').fill(name);
  await page.keyboard.press('Enter');
  await untilList(page, name);
  await untilStatus(page, /^Online · all changes saved/);
}

/** Makes a link to the shown list. */
export async function invite(page: Page, rights: Rights = 'read and write'): Promise<string> {
  await page.getByRole('button', { name: 'Share…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this list' });
  await dialog.getByLabel('Who has the link may').selectOption(rights);
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await dialog.getByLabel(/^Link for one person/).inputValue();
  await dialog.getByRole('button', { name: 'Close' }).click();
  return link;
}

/** Opens a link as a signed-in user, and joins. */
export async function join(page: Page, link: string): Promise<void> {
  await page.goto(link);
  const dialog = page.getByRole('dialog', { name: 'Join a shared list?' });
  await dialog.getByRole('button', { name: 'Join' }).click();
  await untilMessage(page, /^You have joined/);
  await untilStatus(page, /^Online · all changes saved/);
}

export const people = (page: Page): Locator =>
  page.getByRole('list', { name: 'People' }).getByRole('listitem');

export const person = (page: Page, email: string): Locator =>
  people(page).filter({ hasText: email });

/** The fields of the titles of the tasks in a shared list. */
export const titlesIn = (page: Page, list: string): Locator =>
  page.getByRole('list', { name: list, exact: true }).getByRole('textbox', { name: 'Title' });
