import type { Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import {
  addTask,
  isFocused,
  openForm,
  pressUntil,
  sessions,
  setValue,
  submitCredentials,
  untilStatus,
} from '../helpers/browser/demo-page.ts';
import { type DeviceOptions, newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { overflow, photograph, violations } from '../helpers/browser/looks.ts';

const browser = useBrowser();

const url = inject('url');
/** Fills a store with content for the screenshots. */
async function furnish(page: Page): Promise<void> {
  for (const title of [
    'Water the tomatoes',
    'Call Grace about Saturday',
    'Return the library books',
  ]) {
    await addTask(page, title);
  }
  await page.getByLabel('Done: Water the tomatoes').check();
  await setValue(page, 'colour', 'green');
  await setValue(page, 'volume', '7');
  await page.mouse.move(0, 0);
  await page.getByText(/heartbeat \d+ s ago/).waitFor();
  await sessions(page).first().waitFor();
  await untilStatus(page, /^Online · all changes saved/);
}

describe.each<[string, DeviceOptions]>([
  ['light', { colorScheme: 'light', viewport: { width: 1100, height: 800 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1100, height: 800 } }],
  ['phone', { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true }],
])('the page in %s', (name, options) => {
  test('is accessible and fits its window, before and after signing in', async () => {
    const userAgent = `Mozilla/5.0 (X11; Linux x86_64) Chrome/${browser().version()} Safari/537.36`;
    const device = { reducedMotion: 'reduce', userAgent, ...options } as const;
    const page = await newDevice(browser(), url, device);
    for (const way of ['Make an account', 'Sign in'] as const) {
      await openForm(page, way);
      await expect.poll(() => violations(page)).toEqual([]);
    }
    await photograph(page, `${name}-welcome`);
    await submitCredentials(
      page,
      `ada-${crypto.randomUUID().slice(0, 4)}@example.com`,
      'Make an account',
    );
    await furnish(page);
    await expect.poll(() => violations(page)).toEqual([]);
    await photograph(page, name);
    for (const [opening, closing] of [
      ['Change password…', 'Cancel'],
      ['Verify address…', 'Cancel'],
      ['Delete account…', 'Keep it'],
    ] as const) {
      await page.getByRole('button', { name: opening }).click();
      await expect.poll(() => violations(page)).toEqual([]);
      await page.getByRole('button', { name: closing }).click();
    }
    await page.getByRole('button', { name: 'History…' }).click();
    await page
      .getByRole('button', { name: /^Restore the list/ })
      .last()
      .click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await photograph(page, `history-${name}`);
    await expect.poll(() => violations(page)).toEqual([]);
    await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
  });
});

test('everything can be reached and used with the keyboard only', async () => {
  const page = await newDevice(browser(), url);
  const form = page.getByRole('form', { name: 'Sign in' });
  await expect.poll(() => isFocused(form.getByLabel('E-mail'))).toBe(true);
  await pressUntil(page, 'Tab', form.getByRole('button', { name: 'Make an account' }));
  await page.keyboard.press('Enter');
  await page.keyboard.type(`${crypto.randomUUID()}@example.com`);
  await page.keyboard.press('Tab');
  await page.keyboard.type('a long enough passphrase');
  await page.keyboard.press('Enter');
  await untilStatus(page, /^Online · all changes saved/);
  await pressUntil(page, 'Tab', page.getByLabel('New task'));
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await pressUntil(page, 'Tab', page.getByLabel('Done: typed'));
  await page.keyboard.press('Space');
  await page.getByText('0 of 1 to do').waitFor();
  await pressUntil(page, 'Shift+Tab', page.getByRole('checkbox', { name: 'Offline' }));
  await page.keyboard.press('Space');
  await untilStatus(page, /^Offline/);
});

test("TinyBase's inspector opens with one click", async () => {
  const page = await newDevice(browser(), url);
  await submitCredentials(page, `${crypto.randomUUID()}@example.com`, 'Make an account');
  await page.getByRole('button', { name: 'Inspect the store' }).click();
  await page.getByText('TinyBase Inspector').waitFor();
  await page.getByText('MergeableStore').waitFor();
});
