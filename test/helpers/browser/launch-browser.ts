import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { unpackedChromium } from '../../../dev/chromium.ts';

/** Disables Chromium's own requests to the internet. */
const ARGUMENTS = [
  '--headless=shell',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--font-render-hinting=none',
];

/**
 * Starts the Chromium that npm installs, with `more` as further command line arguments. The test
 * run must have unpacked it.
 */
export async function launchBrowser(more: string[] = []): Promise<Browser> {
  const { executablePath, env } = await unpackedChromium();
  return chromium.launch({
    executablePath,
    args: [...ARGUMENTS, ...more],
    env: { ...process.env, ...env },
  });
}

/** Starts a browser before the tests of a file, and closes it after them. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  return () => browser!;
}

export type DeviceOptions = Parameters<Browser['newContext']>[0];

/**
 * Opens a browser context with its own storage until the test ends. The test fails if a page or a
 * worker violates its content security policy.
 */
export async function newDevice(
  browser: Browser,
  url: string,
  options: DeviceOptions = {},
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ baseURL: url, ...options });
  const violations = policyViolations(context);
  onTestFinished(async () => {
    await context.close();
    expect(violations).toEqual([]);
  });
  const page = await context.newPage();
  await page.goto('/');
  return page;
}

/** Collects the violations of content security policies that Chromium reports. */
export function policyViolations(context: BrowserContext): string[] {
  const violations: string[] = [];
  context.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  return violations;
}
