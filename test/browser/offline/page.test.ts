import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  addTask,
  isInIndexedDB,
  openForm,
  setOffline,
  submitCredentials,
  taskTitles,
  untilStatus,
  valueField,
} from '../../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import { uniqueEmail } from '../../helpers/requests/users.ts';
import { startNetworkProxy } from '../../helpers/servers/network-proxy.ts';

const browser = useBrowser();

/** Waits until the page is cached for an offline start. */
const untilPageIsKept = (page: Page): Promise<unknown> =>
  page.evaluate(() => navigator.serviceWorker.ready);

/** Returns the paths of all cached files, from every cache. */
const keptPaths = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
    return requests.map(({ url }) => new URL(url).pathname);
  });

describe('a reload without network', () => {
  test('shows the page and the tasks, and accepts new ones', async () => {
    const network = await startNetworkProxy(inject('url'));
    const page = await newDevice(browser(), network.url);
    await submitCredentials(page, uniqueEmail(), 'Make an account');
    await addTask(page, 'before');
    await untilStatus(page, /^Online · all changes saved/);
    await expect.poll(() => isInIndexedDB(page, 'before')).toBe(true);
    await untilPageIsKept(page);
    network.cut();
    await page.reload();
    await untilStatus(page, /^(Offline|Connecting)/);
    await expect.poll(() => taskTitles(page)).toEqual(['before']);
    await addTask(page, 'in the tunnel');
    network.restore();
    await untilStatus(page, /^Online · all changes saved/);
    await expect.poll(() => taskTitles(page)).toEqual(['before', 'in the tunnel']);
    const paths = await keptPaths(page);
    for (const name of ['start', 'main', 'signed-in', 'connection-engine']) {
      const file = new RegExp(`^/assets/${name}(-[A-Z0-9]{8})?\\.js$`);
      expect(paths).toContainEqual(expect.stringMatching(file));
    }
    expect(paths.filter((path) => !/^\/($|assets\/|favicon)/.test(path))).toEqual([]);
  });

  test('does not wait for a server that hangs', async () => {
    const network = await startNetworkProxy(inject('url'));
    const page = await newDevice(browser(), network.url);
    await openForm(page, 'Sign in');
    await untilPageIsKept(page);
    network.hang();
    await page.reload();
    await openForm(page, 'Sign in');
  });
});

test('the offline switch survives a reload and is reset when the session ends', async () => {
  const page = await newDevice(browser(), inject('url'));
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await setOffline(page, true);
  await untilStatus(page, /^Offline/);
  await page.reload();
  await untilStatus(page, /^Offline/);
  await expect.poll(() => page.getByRole('checkbox', { name: 'Offline' }).isChecked()).toBe(true);
  await addTask(page, 'later');
  await setOffline(page, false);
  await untilStatus(page, /^Online · all changes saved/);
  await page.reload();
  await untilStatus(page, /^Online · all changes saved/);
  await setOffline(page, true);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await expect.poll(() => page.getByRole('checkbox', { name: 'Offline' }).isChecked()).toBe(false);
});

test('the bar also shows a heartbeat that the app sees as a value', async () => {
  const page = await newDevice(browser(), inject('url'));
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await valueField(page, 'heartbeat').waitFor();
  await addTask(page, 'kept with the heartbeat');
  await expect.poll(() => isInIndexedDB(page, 'kept with the heartbeat')).toBe(true);
  await setOffline(page, true);
  await page.reload();
  await expect.poll(() => taskTitles(page)).toEqual(['kept with the heartbeat']);
  const isListed = (await valueField(page, 'heartbeat').count()) > 0;
  const bar = isListed ? /^heartbeat \d+ s ago$/ : 'no heartbeat yet';
  await page.getByText(bar).waitFor();
});

describe('a cached page', () => {
  test('is replaced at once by a new build, and no file of the former build is kept', async () => {
    const site = await serveSite();
    await site.build('one');
    const page = await newDevice(browser(), site.url);
    await page.getByText('build one').waitFor();
    await untilPageIsKept(page);
    const former = await keptPaths(page);
    await site.build('two');
    await page.reload();
    await page.getByText('build two').waitFor();
    const present = await keptPaths(page);
    expect(present).toHaveLength(former.length);
    expect(present.filter((path) => former.includes(path))).toEqual(['/assets/main.js', '/']);
    site.fail = true;
    await page.reload();
    await page.getByText('build two').waitFor();
    await page.getByText('a chunk of two').waitFor();
  });

  test('is deleted when the server has another page or none', async () => {
    for (const status of [200, 404]) {
      const site = await serveSite();
      await site.build('one');
      const page = await newDevice(browser(), site.url);
      await page.getByText('build one').waitFor();
      await untilPageIsKept(page);
      site.instead = { status, html: '<title>Other</title><p>something else</p>' };
      await page.reload();
      await page.getByText('something else').waitFor();
      await expect.poll(() => keptPaths(page)).toEqual([]);
      const registrations = () =>
        page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
      await page.reload();
      await expect.poll(() => registrations()).toBe(0);
    }
  });
});

interface Site {
  url: string;
  /** Makes the server answer with 503. */
  fail: boolean;
  /** Replaces the response for the page. */
  instead: { status: number; html: string } | undefined;
  /** Builds a page of two chunks that shows `name`. */
  build(name: string): Promise<void>;
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };

/** Serves a small page with the service worker of the real page. */
async function serveSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyhost-page-'));
  await cp('demo/public/sw.js', join(folder, 'sw.js'));
  const server = createServer(async ({ url }, response) => {
    const path = url === '/' ? 'index.html' : url!.slice(1);
    const content = await readFile(join(folder, path)).catch(() => undefined);
    const other = path === 'index.html' ? site.instead : undefined;
    const status = site.fail ? 503 : (other?.status ?? (content ? 200 : 404));
    response.writeHead(status, { 'Content-Type': TYPES[extname(path)] ?? 'text/plain' });
    response.end(site.fail ? 'failing' : (other?.html ?? content));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const site: Site = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    fail: false,
    instead: undefined,
    async build(name) {
      const assets = join(folder, 'assets');
      await rm(assets, { recursive: true, force: true });
      await writeFile(join(folder, 'chunk.js'), `export default 'a chunk of ${name}';`);
      await writeFile(
        join(folder, 'main.js'),
        `const say = (text) => document.body.append(text, ' ');
        say('build ${name}');
        import('./chunk.js').then((chunk) => say(chunk.default));
        navigator.serviceWorker.register('/sw.js');`,
      );
      await build({
        entryPoints: [join(folder, 'main.js')],
        outdir: assets,
        bundle: true,
        splitting: true,
        format: 'esm',
        minify: true,
      });
      const html = `<!doctype html><title>Page</title><body><script type="module" src="/assets/main.js"></script>`;
      await writeFile(join(folder, 'index.html'), html);
    },
  };
  return site;
}
