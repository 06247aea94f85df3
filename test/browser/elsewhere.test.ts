import { expect, inject, onTestFinished, test } from 'vitest';
import {
  addTask,
  sessions,
  setOffline,
  setValue,
  submitCredentials,
  taskTitles,
  titleFields,
  untilStatus,
} from '../helpers/browser/demo-page.ts';
import { launchBrowser, newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { post, uniqueEmail } from '../helpers/requests/users.ts';

const browser = useBrowser();

const url = inject('url');

test('the page works on an address of the local network, which is not a secure context', async () => {
  const name = 'tinyhost.test';
  const elsewhere = await launchBrowser([`--host-resolver-rules=MAP ${name} 127.0.0.1`]);
  onTestFinished(() => elsewhere.close());
  const page = await newDevice(elsewhere, url.replace('127.0.0.1', name));
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await addTask(page, 'from the phone');
  await page.getByRole('button', { name: 'Write a note of 2 MB' }).click();
  await page.getByText(/^A note of 2.0 MB/).waitFor();
  await untilStatus(page, /^Online · all changes saved/);
  await expect.poll(() => taskTitles(page)).toEqual(['from the phone']);
});

test('the page works in memory if the browser forbids all storage', async () => {
  const page = await newDevice(browser(), url);
  await page.addInitScript(() => {
    const forbid = () => {
      throw new DOMException('forbidden', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
      Object.defineProperty(globalThis, name, { get: forbid });
    }
    Object.defineProperty(navigator, 'serviceWorker', { get: forbid });
  });
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.reload();
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await page
    .getByRole('status', { name: 'Offline copy' })
    .getByText(/cannot keep your data/)
    .waitFor();
  await addTask(page, 'in memory');
  await setOffline(page, true);
  await untilStatus(page, /^Offline/);
  await setOffline(page, false);
  await untilStatus(page, /^Online · all changes saved/);
  await expect.poll(() => taskTitles(page)).toEqual(['in memory']);
  expect(errors).toEqual([]);
});

const LONG_NAME = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller';
const LONG_TITLE = 'Call Grace about Saturday, and ask whether she still has the big tent of 2019';

test.each([320, 360])('at %i px nothing is cut off and no word is broken', async (width) => {
  const page = await newDevice(browser(), url, {
    viewport: { width, height: 740 },
    isMobile: true,
  });
  const email = `${'a-long-name-'.repeat(4)}${crypto.randomUUID()}@${'sub.'.repeat(6)}example.com`;
  await submitCredentials(page, email, 'Make an account');
  const headers = {
    'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1',
  };
  await post(`${url}/demo/sign-in`, { email, password: 'a long enough passphrase' }, headers);
  await page.getByRole('button', { name: 'Refresh' }).click();
  for (const title of [LONG_NAME, LONG_TITLE]) await addTask(page, title);
  await setValue(page, LONG_NAME, LONG_NAME);
  await setValue(page, 'a name of some words', 'and a value that does not fit on one line either');
  await expect.poll(() => sessions(page).count()).toBe(2);
  const overflow = 'document.documentElement.scrollWidth - innerWidth';
  await expect.poll(() => page.evaluate(overflow)).toBeLessThanOrEqual(0);
  const hidden = await page.evaluate(() =>
    [...document.querySelectorAll('main:not([hidden]) :is(textarea, p, h2, button, span)')]
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
      .map(({ outerHTML }) => outerHTML),
  );
  expect(hidden).toEqual([]);
  const height = (title: string) =>
    titleFields(page).evaluateAll(
      (fields, title) =>
        fields
          .filter((field) => (field as HTMLTextAreaElement).value === title)
          .map(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight),
      title,
    );
  for (const title of [LONG_NAME, LONG_TITLE]) await expect.poll(() => height(title)).toEqual([0]);
  // "Safari on iOS" and the time of sign-in may take two lines.
  const name = sessions(page).getByText('Safari on iOS');
  const lines = await name.evaluate(
    (name) =>
      name.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(name).lineHeight),
  );
  expect(lines).toBeLessThan(2);
});
