import { describe, expect, inject, test } from 'vitest';
import { addTask, isFocused, pressUntil, untilFocused } from '../../helpers/browser/demo-page.ts';
import { type DeviceOptions, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { overflow, photograph, violations } from '../../helpers/browser/looks.ts';
import {
  invite,
  listButton,
  makeList,
  newUser,
  person,
  untilList,
} from '../../helpers/browser/shared-list.ts';

const browser = useBrowser();

const url = inject('url');

const LONG_NAME = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller';

describe.each<[string, DeviceOptions]>([
  ['light', { colorScheme: 'light', viewport: { width: 1100, height: 800 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1100, height: 800 } }],
  ['phone', { colorScheme: 'light', viewport: { width: 320, height: 740 }, isMobile: true }],
])('a shared list in %s', (name, options) => {
  test('is accessible and fits its window, for an owner, an invited user and a viewer', async () => {
    const device = { reducedMotion: 'reduce', ...options } as const;
    const [ann] = await newUser(browser(), url, device);
    const [bob, bobEmail] = await newUser(browser(), url, device);
    const check = async (page: typeof ann) => {
      await expect.poll(() => violations(page)).toEqual([]);
      await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
    };
    await ann.getByRole('button', { name: 'New list…' }).click();
    await check(ann);
    await ann.keyboard.press('Escape');
    await makeList(ann, LONG_NAME);
    await makeList(ann, 'Shopping');
    await addTask(ann, 'Bread');
    await addTask(ann, LONG_NAME);
    await ann.getByRole('button', { name: 'Delete the list…' }).click();
    await check(ann);
    await ann.getByRole('button', { name: 'Keep it' }).click();

    await bob.goto(await invite(ann, 'only read'));
    await bob.getByRole('button', { name: 'Not now' }).waitFor();
    await check(bob);
    await bob.getByRole('button', { name: 'Join' }).click();
    await bob.getByText('You may read this list').waitFor();
    await person(ann, bobEmail).getByText('here now').waitFor();
    await ann.getByLabel('New task').pressSequentially('Butter');
    await bob.getByText('is typing …').waitFor();
    await photograph(bob, `shared-viewer-${name}`);
    await check(bob);
    await bob.getByRole('button', { name: 'History…' }).click();
    await bob.getByText('Changes, newest first').waitFor();
    await photograph(bob, `shared-history-${name}`);
    await check(bob);
    await photograph(ann, `shared-owner-${name}`);
    await check(ann);
    await ann.getByRole('button', { name: 'Share…' }).click();
    await ann.getByRole('button', { name: 'Make a link' }).click();
    await ann.getByLabel(/^Link for one person/).waitFor();
    await photograph(ann, `share-${name}`);
    await check(ann);
  });
});

test('lists can be made, shared and shown with the keyboard only', async () => {
  const [page] = await newUser(browser(), url);
  await pressUntil(page, 'Tab', page.getByRole('button', { name: 'New list…' }));
  await page.keyboard.press('Enter');
  await page.keyboard.type('Shopping');
  await page.keyboard.press('Enter');
  await untilList(page, 'Shopping');
  await expect.poll(() => isFocused(page.getByRole('heading', { name: 'Shopping' }))).toBe(true);
  await pressUntil(page, 'Tab', page.getByRole('button', { name: 'Share…' }));
  await page.keyboard.press('Enter');
  await pressUntil(page, 'Tab', page.getByRole('button', { name: 'Make a link' }));
  await page.keyboard.press('Enter');
  await page.getByLabel(/^Link for one person/).waitFor();
  await page.keyboard.press('Escape');
  await untilFocused(page.getByRole('button', { name: 'Share…' }));
  await pressUntil(page, 'Shift+Tab', listButton(page, 'Private list'));
  await page.keyboard.press('Enter');
  await untilList(page, 'Tasks');
  await expect.poll(() => isFocused(page.getByRole('heading', { name: 'Tasks' }))).toBe(true);
});
