import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DevServer } from '../../dev/dev-server.ts';
import {
  fillIn,
  openForm,
  sessions,
  submitCredentials,
  twoDevices,
  untilFocused,
  untilMessage,
  untilStatus,
} from '../helpers/browser/demo-page.ts';
import { launchBrowser, newDevice } from '../helpers/browser/launch-browser.ts';
import { PASSWORD, uniqueEmail } from '../helpers/requests/users.ts';
import { type Mailbox, startMailbox } from '../helpers/servers/mailbox.ts';
import { startServer } from '../helpers/servers/start-server.ts';

const NEW_PASSWORD = 'another passphrase, longer';

let browser: Browser;
let mailbox: Mailbox;
let server: DevServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  const vars = { ...mailbox.vars, SIGN_IN_FAILURES: 2, AUTH_REQUESTS_PER_MINUTE: 0 };
  [browser, server] = await Promise.all([launchBrowser(), startServer({ vars })]);
});
afterAll(async () => {
  await Promise.all([browser.close(), server.stop(), mailbox.close()]);
});

const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name });

async function signInWith(page: Page, email: string, password: string): Promise<void> {
  const form = await openForm(page, 'Sign in');
  await fillIn(form, email, password);
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
  await untilStatus(page, /^Online/);
}

test('a forgotten password is reset with the mailed token, typed in or opened as a link', async () => {
  const [page, other, email] = await twoDevices(browser, server.url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  const signIn = await openForm(page, 'Sign in');
  await signIn.getByLabel('E-mail').fill(email);
  await signIn.getByRole('button', { name: 'Forgot your password?' }).click();
  const forgot = page.getByRole('form', { name: 'Forgot your password?' });
  await expect.poll(() => forgot.getByLabel('E-mail').inputValue()).toBe(email);
  await forgot.getByRole('button', { name: 'Send the mail' }).click();
  await untilMessage(page, 'a mail is on its way');
  await forgot.getByRole('button', { name: 'I have a token' }).click();
  const dialog = dialogOf(page, 'Choose a new password');
  const password = dialog.getByLabel('New password', { exact: true });
  await expect.poll(() => password.getAttribute('autocomplete')).toBe('new-password');
  await dialog.getByLabel('Token from the mail').fill('no token');
  await password.fill(NEW_PASSWORD);
  await password.press('Enter');
  await dialog.getByRole('alert').filter({ hasText: 'This token is wrong' }).waitFor();
  await untilFocused(dialog.getByLabel('Token from the mail'));
  const { token } = await mailbox.nextMailTo(email);
  await dialog.getByLabel('Token from the mail').fill(` ${server.url}/#reset=${token} `);
  await password.press('Enter');
  await untilMessage(page, 'Your password is changed. Sign in with it.');
  await untilMessage(other, 'Signed out: session ended.');
  await signInWith(page, email, NEW_PASSWORD);

  await other.getByRole('button', { name: 'Forgot your password?' }).click();
  await other.getByRole('form').getByLabel('E-mail').fill(email);
  await other.keyboard.press('Enter');
  const link = `/#reset=${(await mailbox.nextMailTo(email)).token}`;
  await page.goto(link);
  await password.fill(PASSWORD);
  await password.press('Enter');
  await untilMessage(page, 'Your password is changed. Sign in with it.');
  expect(page.url()).toBe(`${server.url}/`);
  await signInWith(page, email, PASSWORD);
});

test('changing the password keeps the other devices signed in only if the user chooses so', async () => {
  const [page, other, email] = await twoDevices(browser, server.url);
  const open = page.getByRole('button', { name: 'Change password…' });
  const dialog = dialogOf(page, 'Change your password');
  const current = dialog.getByLabel('Current password', { exact: true });
  const change = async (from: string, to: string) => {
    await current.fill(from);
    await dialog.getByLabel('New password', { exact: true }).fill(to);
    await page.keyboard.press('Enter');
  };
  await open.click();
  await expect.poll(() => current.getAttribute('autocomplete')).toBe('current-password');
  await page.keyboard.press('Escape');
  await untilFocused(open);
  await open.click();
  await change('not the password', NEW_PASSWORD);
  await dialog.getByRole('alert').filter({ hasText: 'This is not your password.' }).waitFor();
  await dialog.getByLabel('Sign out my other devices').uncheck();
  await change(PASSWORD, NEW_PASSWORD);
  await untilMessage(page, 'Your password is changed.');
  await untilFocused(open);
  await expect.poll(() => sessions(page).count()).toBe(2);
  await untilStatus(other, /^Online/);
  await open.click();
  await change(NEW_PASSWORD, PASSWORD);
  await untilMessage(other, 'Signed out: session ended.');
  await expect.poll(() => sessions(page).count()).toBe(1);
  await signInWith(other, email, PASSWORD);
});

test('an address is verified with the mailed token', async () => {
  const email = uniqueEmail();
  const page = await newDevice(browser, server.url);
  await submitCredentials(page, email, 'Make an account');
  await page.getByText('not verified').waitFor();
  await page.getByRole('button', { name: 'Verify address…' }).click();
  const dialog = dialogOf(page, 'Verify your address');
  await dialog.getByRole('button', { name: 'Send the mail' }).click();
  await dialog.getByText(`A mail is on its way to ${email}.`).waitFor();
  const { token } = await mailbox.nextMailTo(email);
  await dialog.getByLabel('Token from the mail').fill(token);
  await page.keyboard.press('Enter');
  await untilMessage(page, 'Your address is verified.');
  await page.getByText('verified', { exact: true }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Verify address…' }).count()).toBe(0);
});

test('the mailed link asks for the password if nobody is signed in', async () => {
  const email = uniqueEmail();
  const page = await newDevice(browser, server.url);
  await submitCredentials(page, email, 'Make an account');
  await page.getByRole('button', { name: 'Verify address…' }).click();
  await page.getByRole('button', { name: 'Send the mail' }).click();
  const phone = await newDevice(browser, server.url);
  await phone.goto(`/#verify=${(await mailbox.nextMailTo(email)).token}`);
  const dialog = dialogOf(phone, 'Verify your address');
  const password = dialog.getByLabel('Password of the account');
  await password.fill('not the password');
  await phone.keyboard.press('Enter');
  await dialog.getByRole('alert').filter({ hasText: 'not the password of the account' }).waitFor();
  await password.fill(PASSWORD);
  await phone.keyboard.press('Enter');
  await untilMessage(phone, 'Your address is verified.');
});

test('if verification is required, the mailed link signs the device in', async () => {
  const vars = { ...mailbox.vars, EMAIL_VERIFICATION: 'required', AUTH_REQUESTS_PER_MINUTE: 0 };
  const strict = await startServer({ vars });
  try {
    const email = uniqueEmail();
    const page = await newDevice(browser, strict.url);
    await fillIn(await openForm(page, 'Make an account'), email);
    await page.keyboard.press('Enter');
    await untilStatus(page, /^Refused: .* verified/);
    await page.goto(`/#verify=${(await mailbox.nextMailTo(email)).token}`);
    await dialogOf(page, 'Verify your address').getByRole('button', { name: 'Verify' }).click();
    await untilMessage(page, 'Your address is verified.');
    await untilStatus(page, /^Online · all changes saved/);
  } finally {
    await strict.stop();
  }
});

test('if accounts are hidden, a new user is told about the mail and can sign in with its link', async () => {
  const required = { EMAIL_VERIFICATION: 'required', HIDE_ACCOUNTS: 'on' };
  const vars = { ...mailbox.vars, ...required, AUTH_REQUESTS_PER_MINUTE: 0 };
  const discreet = await startServer({ vars });
  try {
    const email = uniqueEmail();
    const page = await newDevice(browser, discreet.url);
    await fillIn(await openForm(page, 'Make an account'), email);
    await page.keyboard.press('Enter');
    await untilMessage(page, 'A mail is on its way to this address.');
    await page.goto(`/#verify=${(await mailbox.nextMailTo(email)).token}`);
    await dialogOf(page, 'Verify your address')
      .getByLabel('Password of the account')
      .fill(PASSWORD);
    await page.keyboard.press('Enter');
    await untilMessage(page, 'Your address is verified.');
    await fillIn(await openForm(page, 'Sign in'), email);
    await page.keyboard.press('Enter');
    await untilStatus(page, /^Online · all changes saved/);
  } finally {
    await discreet.stop();
  }
});

test('after too many attempts the page shows how long to wait', async () => {
  const page = await newDevice(browser, server.url);
  const form = await openForm(page, 'Sign in');
  const alert = form.getByRole('alert');
  await fillIn(form, uniqueEmail(), 'not the password');
  for (const answer of ['wrong', 'wrong', /^Too many attempts. Try again in 15 minutes.$/]) {
    await page.keyboard.press('Enter');
    await expect.poll(() => form.getAttribute('aria-busy')).toBe('false');
    await alert.filter({ hasText: answer }).waitFor();
  }
});

test('if a recent sign-in is required, the page asks for the password to end a session', async () => {
  const vars = { REVOKE_NEEDS_PROOF_MINUTES: 0.0001, AUTH_REQUESTS_PER_MINUTE: 0 };
  const strict = await startServer({ vars });
  try {
    const [page, other] = await twoDevices(browser, strict.url);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('button', { name: /^End the session of/ }).click();
    const dialog = dialogOf(page, 'End the session?');
    await dialog.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').filter({ hasText: 'This is not your password.' }).waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await untilMessage(other, 'Signed out: session ended.');
    await expect.poll(() => sessions(page).count()).toBe(1);
  } finally {
    await strict.stop();
  }
});
