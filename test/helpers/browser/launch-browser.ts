import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { unpackedChromium } from '../../../dev/chromium.ts';

/** Makes Chromium leave the internet, which tests have no business with, alone. */
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
 * Starts the Chromium that comes with npm, which the test run has unpacked before; `more` are
 * further arguments of its command line.
 */
export async function launchBrowser(more: string[] = []): Promise<Browser> {
  const { executablePath, env } = await unpackedChromium();
  return chromium.launch({
    executablePath,
    args: [...ARGUMENTS, ...more],
    env: { ...process.env, ...env },
  });
}

/** The browser of a test file: started before its tests, closed after them. */
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
 * A device of its own: a context with its own storage, which ends with the test. The test fails
 * where a page or a worker of it does what its content security policy forbids.
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

/** What content security policies keep the pages of a context from; Chromium tells of each. */
export function policyViolations(context: BrowserContext): string[] {
  const violations: string[] = [];
  context.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  return violations;
}
