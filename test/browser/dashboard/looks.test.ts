import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  cellField,
  openDashboard,
  openPart,
  openSignIn,
  parts,
  placeOfAccount,
} from '../../helpers/browser/dashboard.ts';
import { isFocused, pressUntil } from '../../helpers/browser/demo-page.ts';
import { type DeviceOptions, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { overflow, photograph, violations } from '../../helpers/browser/looks.ts';
import { ask, newUser } from '../../helpers/requests/users.ts';

const browser = useBrowser();

/** Makes a user with a store, and returns where the dashboard shows the account. */
async function furnishedPlace(): Promise<string> {
  const user = await newUser({ email: `ada-${crypto.randomUUID().slice(0, 4)}@example.com` });
  const tasks = { task1: { title: 'Water the tomatoes', done: true, minutes: 10 } };
  await ask(user, 'PUT', 'store', { tables: { tasks }, values: { volume: 7 } });
  await ask(user, 'POST', 'stores', { name: 'Groceries' });
  return placeOfAccount(user);
}

/** Checks what is shown now, and leaves a picture. */
async function inspect(page: Page, name: string): Promise<void> {
  await expect.poll(() => violations(page), { message: name }).toEqual([]);
  await expect.poll(() => overflow(page), { message: name }).toBeLessThanOrEqual(0);
  await photograph(page, `dashboard-${name}`);
}

async function inspectDialogs(page: Page, openings: string[], name: string): Promise<void> {
  for (const opening of openings) {
    await page.getByRole('button', { name: opening }).click();
    await inspect(page, `${name}-${opening.replace(/\W/g, '')}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  }
}

describe.each<[string, DeviceOptions]>([
  ['light', { colorScheme: 'light', viewport: { width: 1100, height: 800 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1100, height: 800 } }],
  ['phone', { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true }],
])('the dashboard in %s', (name, options) => {
  test('is accessible and fits its window, in every part', async () => {
    const device = { reducedMotion: 'reduce', ...options } as const;
    await inspect(await openSignIn(browser(), '', device), `${name}-sign-in`);
    const place = await furnishedPlace();
    const page = await openDashboard(browser(), { ...device, place });
    await page.getByRole('link', { name: 'Private store' }).waitFor();
    await inspect(page, `${name}-account`);
    await inspectDialogs(page, ['Disable…', 'Delete…'], name);
    await page.getByRole('link', { name: 'Private store' }).click();
    await cellField(page, 'task1', 'title').waitFor();
    await page.getByText('Add a cell or a value').click();
    await inspect(page, `${name}-data`);
    await openPart(page, 'Usage');
    await page.getByRole('img', { name: /in the last 7 days/ }).waitFor();
    await page.getByText(/^Verified/).waitFor();
    await inspect(page, `${name}-usage`);
    for (const part of ['Accounts', 'Shared stores', 'Hooks', 'Backup', 'Keys']) {
      await openPart(page, part);
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0);
      await inspect(page, `${name}-${part.toLowerCase().replace(' ', '-')}`);
    }
    await inspectDialogs(page, ['Create a key…'], name);
  });
});

test('the dashboard can be used with the keyboard only', async () => {
  const place = await furnishedPlace();
  const page = await openDashboard(browser(), { place: `${place}/data` });
  const field = cellField(page, 'task1', 'title');
  await field.waitFor();
  await pressUntil(page, 'Tab', field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('Water the roses');
  await page.keyboard.press('Tab');
  await expect
    .poll(() => isFocused(page.getByRole('button', { name: 'Delete title of task1' })))
    .toBe(true);
  await pressUntil(page, 'Shift+Tab', parts(page).filter({ hasText: 'Accounts' }));
  await page.keyboard.press('Enter');
  await expect.poll(() => isFocused(page.getByRole('heading', { name: 'Accounts' }))).toBe(true);
});
