import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import {
  isForBrowser,
  newNamespace,
  placeSample,
  SAMPLES,
  type Sample,
  signInAda,
} from '../helpers/browser/documented-samples.ts';
import { newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { HttpStore } from '../helpers/devices/http-store.ts';
import { serveApp } from '../helpers/servers/serve-app.ts';

const browser = useBrowser();

const url = inject('url');
const forBrowser = SAMPLES.filter(isForBrowser);

/** Opens an app that consists of the sample, and waits until its last line has run. */
async function open(sample: Sample, namespace: string): Promise<Page> {
  const code = `${placeSample(sample, url, namespace)}\ndocument.title = 'Ran';`;
  const stdin = { contents: code, resolveDir: '.', loader: 'tsx' } as const;
  const page = await newDevice(browser(), await serveApp({ stdin }));
  const failures: Error[] = [];
  page.on('pageerror', (failure) => failures.push(failure));
  await expect.poll(async () => [await page.title(), failures]).toEqual(['Ran', []]);
  return page;
}

test.each(forBrowser)('the sample at $document:$line runs unchanged', async (sample) => {
  const namespace = newNamespace();
  await signInAda(url, namespace);
  await open(sample, namespace);
});

test('the React app from the documentation signs in and shows the store', async () => {
  const namespace = newNamespace();
  const store = new HttpStore(await signInAda(url, namespace));
  await store.change('PUT', '/tables/tasks/task1/title', '"Learn TinyBase"');
  const sample = forBrowser.find(({ language }) => language === 'jsx')!;
  const page = await open(sample, namespace);
  await page.getByRole('button', { name: 'Sign in as Ada' }).click();
  await page.getByText('Learn TinyBase (online, saved)').waitFor();
});
