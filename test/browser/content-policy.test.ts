import { expect, inject, onTestFinished, test } from 'vitest';
import { addTask, submitCredentials, taskTitles } from '../helpers/browser/demo-page.ts';
import { policyViolations, useBrowser } from '../helpers/browser/launch-browser.ts';
import { uniqueEmail } from '../helpers/requests/users.ts';

const browser = useBrowser();
const url = inject('url');

async function newPage() {
  const context = await browser().newContext({ baseURL: url });
  onTestFinished(() => context.close());
  const violations = policyViolations(context);
  const page = await context.newPage();
  await page.goto('/');
  return { page, violations };
}

test('the page can be used, reloaded and inspected within its content security policy', async () => {
  const { page, violations } = await newPage();
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await addTask(page, 'Read the policy');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download everything' }).click();
  await download;
  await page.reload();
  await expect.poll(() => taskTitles(page)).toEqual(['Read the policy']);
  await page.getByRole('button', { name: 'Inspect the store' }).click();
  await page.getByText('TinyBase Inspector').first().waitFor();
  expect(violations).toEqual([]);
});

test('injected code does not run and cannot send data to another host', async () => {
  const { page, violations } = await newPage();
  const reached = await page.evaluate(async () => {
    const place = document.createElement('div');
    place.innerHTML = `<img src="/nothing" onerror="document.title = 'taken'">`;
    const script = document.createElement('script');
    script.textContent = `document.title = 'taken'`;
    document.body.append(place, script);
    const other = location.origin.replace('127.0.0.1', 'localhost');
    return fetch(`${other}/health`).then(
      () => true,
      () => false,
    );
  });
  expect(reached).toBe(false);
  await expect.poll(() => violations.length).toBeGreaterThanOrEqual(3);
  expect(await page.title()).toBe('TinyHost');
});

test('no other page can frame the page, so clickjacking fails', async () => {
  const { page, violations } = await newPage();
  const frame = await browser().newPage();
  onTestFinished(() => frame.close());
  await frame.setContent(`<iframe src="${url}/"></iframe>`);
  const framed = frame.frames().find((each) => each !== frame.mainFrame());
  await expect.poll(() => framed!.url()).toMatch(/^chrome-error:/);
  await expect.poll(() => page.getByRole('form').count()).toBeGreaterThan(0);
  expect(violations).toEqual([]);
});
