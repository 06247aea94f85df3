import type { Locator } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import {
  fillIn,
  isFocused,
  openForm,
  submitCredentials,
  untilFocused,
  untilStatus,
} from '../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { PASSWORD, uniqueEmail } from '../helpers/requests/users.ts';

const browser = useBrowser();

const url = inject('url');
const alertOf = (form: Locator, text: string | RegExp) =>
  form.getByRole('alert').filter({ hasText: text });

describe('each form for signing in or up', () => {
  test('tells password managers the purpose of its fields', async () => {
    const page = await newDevice(browser(), url);
    const seen = [];
    for (const way of ['Sign in', 'Make an account'] as const) {
      const form = await openForm(page, way);
      const password = form.getByLabel('Password', { exact: true });
      seen.push({
        email: await form.getByLabel('E-mail').getAttribute('autocomplete'),
        password: await password.getAttribute('autocomplete'),
        action: await form.getAttribute('action'),
        shown: await page.getByRole('form').count(),
      });
      await expect
        .poll(() => form.getByRole('button', { name: way }).getAttribute('type'))
        .toBe('submit');
    }
    expect(seen).toEqual([
      { email: 'username', password: 'current-password', action: '/demo/sign-in', shown: 1 },
      { email: 'username', password: 'new-password', action: '/demo/sign-up', shown: 1 },
    ]);
  });

  test('does the action of its button on Enter, and on a submit without a button', async () => {
    const page = await newDevice(browser(), url);
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    const email = uniqueEmail();
    await fillIn(await openForm(page, 'Make an account'), email);
    await page.keyboard.press('Enter');
    await untilStatus(page, /^Online/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const form = await openForm(page, 'Sign in');
    await fillIn(form, email);
    await form.evaluate((form) => (form as HTMLFormElement).requestSubmit());
    await untilStatus(page, /^Online/);
    expect(errors).toEqual([]);
  });

  test('keeps the address that was typed into the other form', async () => {
    const page = await newDevice(browser(), url);
    await (await openForm(page, 'Sign in')).getByLabel('E-mail').fill('ada@example.com');
    const form = await openForm(page, 'Make an account');
    await expect.poll(() => form.getByLabel('E-mail').inputValue()).toBe('ada@example.com');
    await untilFocused(form.getByLabel('Password', { exact: true }));
  });
});

test('the focus moves to the right field on entering and leaving', async () => {
  const page = await newDevice(browser(), url);
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await untilFocused(page.getByRole('heading', { name: 'Tasks' }));
  await page.getByRole('button', { name: 'Sign out' }).click();
  const form = await openForm(page, 'Sign in');
  await expect.poll(() => isFocused(form.getByLabel('E-mail'))).toBe(true);
});

test('an error is shown in words at its field, and the focus stays', async () => {
  const page = await newDevice(browser(), url);
  const email = uniqueEmail();
  const form = await openForm(page, 'Make an account');
  const password = form.getByLabel('Password', { exact: true });
  await fillIn(form, email, 'short');
  await form.getByRole('button', { name: 'Make an account' }).click();
  await alertOf(form, 'at least 8 characters').waitFor();
  await untilFocused(password);
  await expect.poll(() => password.getAttribute('aria-invalid')).toBe('true');
  await password.fill(PASSWORD);
  await page.keyboard.press('Enter');
  await untilStatus(page, /^Online/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  const again = await openForm(page, 'Make an account');
  await fillIn(again, email);
  await again.getByRole('button', { name: 'Make an account' }).click();
  await alertOf(again, 'This address has an account already. Sign in instead.').waitFor();
  const signIn = await openForm(page, 'Sign in');
  const button = signIn.getByRole('button', { name: 'Sign in' });
  await fillIn(signIn, email, 'not the password');
  await button.click();
  await alertOf(signIn, 'The address or the password is wrong.').waitFor();
  await untilFocused(button);
  await page.route('**/demo/sign-in', (route) => route.abort());
  await button.click();
  await alertOf(signIn, 'The server cannot be reached.').waitFor();
});

test('a password can be shown until it is sent', async () => {
  const page = await newDevice(browser(), url);
  const form = await openForm(page, 'Sign in');
  await fillIn(form, uniqueEmail(), 'not the password');
  const show = form.getByRole('button', { name: 'Show password' });
  const password = form.getByLabel('Password', { exact: true });
  const state = async () => [
    await show.getAttribute('aria-pressed'),
    await password.getAttribute('type'),
  ];
  await expect.poll(() => state()).toEqual(['false', 'password']);
  await show.click();
  await expect.poll(() => state()).toEqual(['true', 'text']);
  await show.press('Enter');
  await expect.poll(() => state()).toEqual(['false', 'password']);
  await show.click();
  await password.press('Enter');
  await alertOf(form, /./).waitFor();
  await expect.poll(() => state()).toEqual(['false', 'password']);
});
