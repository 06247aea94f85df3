import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { type AppServer, addNamespaces, runDev, runPage } from '../helpers/packages/app-servers.ts';
import { useWorkshop } from '../helpers/packages/created-apps.ts';
import { PASSWORD, uniqueEmail } from '../helpers/requests/users.ts';
import { listenersOf } from '../helpers/servers/listeners.ts';

const workshop = useWorkshop();
const browser = useBrowser();

/** The pages of all frameworks. Those that do not start TinyHost use that of another app. */
const pages = new Map<string, AppServer>();

beforeAll(async () => {
  const start = async (
    framework: 'react' | 'vue',
    platform: 'partykit' | 'workers',
    others: string[],
  ) => {
    const app = await workshop.install(framework, platform);
    await addNamespaces(app, platform, others);
    const server = await runDev(app, platform);
    pages.set(framework, server);
    return server.port;
  };
  const [partykit, workers] = await Promise.all([
    start('react', 'partykit', ['vanilla-app']),
    start('vue', 'workers', ['svelte-app', 'solid-app']),
  ]);
  pages.set('svelte', await runPage(await workshop.install('svelte', 'workers'), workers));
  pages.set('solid', await runPage(await workshop.install('solid', 'workers'), workers));
  pages.set('vanilla', await runPage(await workshop.install('vanilla', 'partykit'), partykit));
}, 150_000);

afterAll(() => Promise.all([...pages.values()].map((server) => server.stop())));

/** Opens a page whose waits end before the test does, so that a failure names the step. */
async function openPage(url: string): Promise<Page> {
  const page = await newDevice(browser(), url);
  page.setDefaultTimeout(10_000);
  return page;
}

/**
 * Lets Wrangler's proxy use a new connection: the last test ended about five seconds ago, when the
 * old one ends and a page's request can be refused (docs/operations.md).
 */
const renewConnection = (port: number) => fetch(`http://127.0.0.1:${port}/health`);

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const task = (page: Page, name: string) => page.getByRole('checkbox', { name });

const isSaved = (page: Page) =>
  page.getByRole('status').getByText('All changes are saved.').waitFor();

async function enter(page: Page, email: string, name: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await button(page, name).click();
}

async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title);
  await button(page, 'Add').click();
}

test.each(['react', 'vue', 'svelte', 'solid', 'vanilla'])(
  'with %s, tasks are the same in two browsers, and can be written offline',
  async (framework) => {
    const { url, port } = pages.get(framework)!;
    const email = uniqueEmail();
    const one = await openPage(url);
    await renewConnection(port);
    const errors: Error[] = [];
    one.on('pageerror', (error) => errors.push(error));
    await enter(one, email, 'Sign in');
    await expect
      .poll(() => one.getByRole('alert').innerText())
      .toBe('Address or password is wrong.');
    await button(one, 'I am new here').click();
    await enter(one, email, 'Create account');
    await isSaved(one);
    await one.getByText('Nothing to do.').waitFor();
    await addTask(one, 'Buy milk');

    const two = await openPage(url);
    await enter(two, email, 'Sign in');
    await task(two, 'Buy milk').check();
    await one.getByRole('checkbox', { name: 'Buy milk', checked: true }).waitFor();

    // A row that was made anew would lose the focus.
    await task(two, 'Buy milk').focus();
    await two.keyboard.press('Space');
    await one.getByRole('checkbox', { name: 'Buy milk', checked: false }).waitFor();
    expect(await task(two, 'Buy milk').evaluate(hasFocus)).toBe(true);
    await button(two, 'Delete Buy milk').click();
    await task(one, 'Buy milk').waitFor({ state: 'detached' });
    // With changes that are not saved, the app would ask whether to lose them.
    await isSaved(two);
    await button(two, 'Sign out').click();
    await button(two, 'Sign in').waitFor();

    await one.context().setOffline(true);
    await one.getByRole('status').getByText('Offline.').waitFor();
    await addTask(one, 'Call home');
    await task(one, 'Call home').waitFor();
    expect(errors).toEqual([]);
  },
);

test.each(['react', 'vue'])('with %s, npm run dev listens only on loopback', async (framework) => {
  const { pid, port } = pages.get(framework)!;
  const listeners = await listenersOf(pid);
  expect(listeners).toContainEqual({ address: '127.0.0.1', port });
  expect(listeners.filter(({ address }) => !LOOPBACK.includes(address))).toEqual([]);
});

const LOOPBACK = ['127.0.0.1', '::1'];

const hasFocus = (element: Element): boolean => element === element.ownerDocument.activeElement;
