import { chromium, type Page } from 'playwright-core';
import unpackChromium, { unpackedChromium } from '../../dev/chromium.ts';
import { median } from '../sync/statistics.ts';
import { type PageFiles, servePage } from './page-files.ts';

/** Milliseconds since the start of the navigation. */
export interface PageLoad {
  /** The browser shows the first text. */
  paint: number;
  /** The form for signing in is shown, and can be filled in and submitted. */
  form: number;
  /** The script of the form has been loaded. */
  ready: number;
}

/** A slow mobile network: 1.6 Mbit/s, and 150 ms for each round trip. */
const NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: 200_000,
  uploadThroughput: 94_000,
};
const ROUNDS = 5;

/** Measures first visits in Chromium on a slow network; the medians of five. */
export async function measurePageLoad(files: PageFiles): Promise<PageLoad> {
  const { url, stop } = await servePage(files);
  await unpackChromium();
  const { executablePath, env } = await unpackedChromium();
  const options = { executablePath, args: ['--headless=shell', '--no-sandbox'] };
  const browser = await chromium.launch({ ...options, env: { ...process.env, ...env } });
  try {
    const loads: PageLoad[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage({ serviceWorkers: 'block' });
      loads.push(await loadOnce(page, url));
      await page.close();
    }
    const of = (part: keyof PageLoad) => median(loads.map((load) => load[part]));
    return { paint: of('paint'), form: of('form'), ready: of('ready') };
  } finally {
    await browser.close();
    stop();
  }
}

async function loadOnce(page: Page, url: string): Promise<PageLoad> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', NETWORK);
  await page.addInitScript(WATCH_FORM);
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction('times.form && times.ready');
  return page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
    ...(times as { form: number; ready: number }),
  }));
}

declare const times: Partial<PageLoad>;

/**
 * Runs in the browser before the page. It is text, because tsx adds to functions what browsers lack.
 * `__reactProps` is React's mark of an element that has its event handlers.
 */
const WATCH_FORM = `
  globalThis.times = {};
  const look = () => {
    const form = document.querySelector('form');
    if (form?.checkVisibility()) times.form ??= performance.now();
    if (Object.keys(form ?? {}).some((key) => key.startsWith('__reactProps')))
      times.ready ??= performance.now();
    if (!times.ready) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;
