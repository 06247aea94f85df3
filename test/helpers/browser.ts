import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Where Chromium and the libraries it needs are unpacked, once; node_modules is ours to fill. */
const UNPACKED = resolve('node_modules/.cache/chromium');

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
 * Starts the Chromium that comes with npm. Its package unpacks to the temporary folder, and the
 * shared libraries that a bare Debian lacks only where it believes to run on Amazon Linux.
 */
export async function launchBrowser(): Promise<Browser> {
  await mkdir(UNPACKED, { recursive: true });
  const { TMPDIR, AWS_EXECUTION_ENV } = process.env;
  Object.assign(process.env, { TMPDIR: UNPACKED, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' });
  const { default: packed } = await import('@sparticuz/chromium');
  const executablePath = await packed.executablePath();
  restore({ TMPDIR, AWS_EXECUTION_ENV });
  const env = { ...process.env, LD_LIBRARY_PATH: join(UNPACKED, 'al2023', 'lib') };
  return chromium.launch({ executablePath, args: ARGUMENTS, env });
}

function restore(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

export type DeviceOptions = Parameters<Browser['newContext']>[0];

/** A device of its own: a context with its own storage, which ends with the test. */
export async function newDevice(
  browser: Browser,
  url: string,
  options: DeviceOptions = {},
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ baseURL: url, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto('/');
  return page;
}
