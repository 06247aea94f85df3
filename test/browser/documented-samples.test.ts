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
import { sampleApp } from '../helpers/browser/sample-app.ts';
import { HttpStore } from '../helpers/devices/http-store.ts';
import { serveApp } from '../helpers/servers/serve-app.ts';

const browser = useBrowser();

const url = inject('url');
const forBrowser = SAMPLES.filter(isForBrowser);

/** Opens an app that consists of the sample, and waits until its last line has run. */
async function open(sample: Sample, namespace: string): Promise<Page> {
  const app = await sampleApp(sample.language, placeSample(sample, url, namespace));
  const page = await newDevice(browser(), await serveApp(app));
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

const apps = forBrowser.filter(({ code }) => code.includes('Sign in as Ada'));

test('the documentation has an app of each framework', () => {
  const names = apps.map(({ code }) => /tinyhost-client\/(\w+)/.exec(code)?.[1]);
  expect(names).toEqual(['react', 'vue', 'svelte', 'solid']);
});

test.each(apps)('the app at $document:$line signs in and shows the store', async (sample) => {
  const namespace = newNamespace();
  const store = new HttpStore(await signInAda(url, namespace));
  await store.change('PUT', '/tables/tasks/task1/title', '"Learn TinyBase"');
  const page = await open(sample, namespace);
  await page.getByRole('button', { name: 'Sign in as Ada' }).click();
  await page.getByText('Learn TinyBase (online, saved)').waitFor();
});
