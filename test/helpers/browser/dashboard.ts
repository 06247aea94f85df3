import type { Browser, Locator, Page } from 'playwright-core';
import { inject } from 'vitest';
import { OPERATOR_KEY } from '../../../src/edge/openapi/examples.ts';
import { pathOfAccount } from '../requests/operator.ts';
import { NAMESPACE, type User } from '../requests/users.ts';
import { type DeviceOptions, newDevice } from './launch-browser.ts';

/** Drives the operator's dashboard as operators do. */

type DashboardOptions = DeviceOptions & {
  /** The fragment of the URL. By default the accounts of the namespace of the tests. */
  place?: string;
  key?: string;
};

/** Opens the dashboard and signs in. */
export async function openDashboard(
  browser: Browser,
  options: DashboardOptions = {},
): Promise<Page> {
  const { place = `#/${NAMESPACE}/accounts`, key = OPERATOR_KEY, ...device } = options;
  const page = await openSignIn(browser, place, device);
  await signIn(page, key);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

/** Opens the dashboard, which asks for a key. */
export async function openSignIn(
  browser: Browser,
  place = '',
  device: DeviceOptions = {},
): Promise<Page> {
  const page = await newDevice(browser, inject('url'), { locale: 'en-US', ...device });
  await page.goto(`/admin${place}`);
  return page;
}

export async function signIn(page: Page, key: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Sign in' });
  await form.getByLabel('Key', { exact: true }).fill(key);
  await form.getByRole('button', { name: 'Sign in' }).click();
}

/** The place of the account of a user, as soon as the directory lists it. */
export async function placeOfAccount(user: User): Promise<string> {
  return `#/${await pathOfAccount(user)}`;
}

/** Goes to a part, as its name in the navigation says. */
export const openPart = (page: Page, name: string): Promise<void> =>
  parts(page).filter({ hasText: name }).click();

export const parts = (page: Page): Locator =>
  page.getByRole('navigation', { name: 'Parts of the dashboard' }).getByRole('link');

/** The field of a cell in the data browser. */
export const cellField = (page: Page, row: string, cell: string): Locator =>
  page.getByRole('textbox', { name: `${cell} of ${row}`, exact: true });

/** Types a new content into a cell, and leaves it. */
export async function editCell(page: Page, row: string, cell: string, text: string) {
  await cellField(page, row, cell).fill(text);
  await page.keyboard.press('Enter');
}
