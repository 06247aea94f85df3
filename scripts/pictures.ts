import { type Browser, chromium, type Page } from 'playwright-core';
import unpackChromium, { unpackedChromium } from '../dev/chromium.ts';
import { startDevServer } from '../dev/dev-server.ts';
import { BUILD_DASHBOARD, runNode } from '../dev/run-node.ts';

/**
 * Takes the pictures of the dashboard for docs/, of a service with example data: `npm run pictures`,
 * or `npm run pictures -- FOLDER`.
 */

const FOLDER = process.argv[2] ?? 'docs/dashboard';
const OPERATOR_KEY = 'a-key-for-pictures-only-a-key-for-pictures-only';
const PASSWORD = 'a long enough passphrase';
const VARS = { OPERATOR_KEY, NAMESPACES: 'todo,notes', AUTH_REQUESTS_PER_MINUTE: 0 };

const PEOPLE =
  'ada alan annie barbara claude donald dorothy edsger evelyn frances grace hedy ivan jean john karen katherine kathleen ken leslie linus margaret mary niklaus radia shafi sophie stephanie tim vint'.split(
    ' ',
  );

const TASKS = [
  { title: 'Water the tomatoes', done: true, minutes: 10 },
  { title: 'Call Grace about Saturday', done: false, minutes: 15 },
  { title: 'Return the library books', done: false, minutes: 30 },
  { title: 'Fix the gate', done: false, minutes: 90 },
];

async function run(): Promise<void> {
  await Promise.all([unpackChromium(), runNode(BUILD_DASHBOARD)]);
  const server = await startDevServer('partykit', { vars: VARS });
  try {
    await furnish(server.url);
    const { executablePath, env } = await unpackedChromium();
    const browser = await chromium.launch({
      executablePath,
      args: ['--headless=shell', '--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
      env: { ...process.env, ...env },
    });
    for (const scheme of ['light', 'dark'] as const) await photograph(browser, server.url, scheme);
    await browser.close();
  } finally {
    await server.stop();
  }
}

/** Signs everybody up, and fills the store of Ada. */
async function furnish(url: string): Promise<void> {
  const sessions = new Map<string, string>();
  for (const name of PEOPLE) {
    const body = { email: `${name}@example.com`, password: PASSWORD };
    const { session_uuid } = await send(`${url}/todo/sign-up`, 'POST', body);
    sessions.set(name, session_uuid as string);
  }
  const token = sessions.get('ada')!;
  const tasks = Object.fromEntries(TASKS.map((task, index) => [`task${index + 1}`, task]));
  const values = { theme: 'green', volume: 7 };
  await send(`${url}/todo/store`, 'PUT', { tables: { tasks }, values }, token);
  await send(`${url}/todo/stores`, 'POST', { name: 'Groceries' }, token);
  // The directory is told a moment later.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
}

async function send(url: string, method: string, body: unknown, token?: string) {
  const response = await fetch(url, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : {}) as Record<string, unknown>;
}

async function photograph(browser: Browser, url: string, scheme: 'light' | 'dark'): Promise<void> {
  const page = await browser.newPage({
    colorScheme: scheme,
    // The library for plots does not know Chromium's own default.
    locale: 'en-US',
    reducedMotion: 'reduce',
    viewport: { width: 1000, height: 640 },
  });
  page.setDefaultTimeout(20_000);
  const take = (name: string) => page.screenshot({ path: `${FOLDER}/${name}-${scheme}.png` });
  await spreadSignUps(page);
  await page.goto(`${url}/admin`);
  await page.getByLabel('Key', { exact: true }).fill(OPERATOR_KEY);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'ada@example.com' }).waitFor();
  await take('accounts');
  await page.getByRole('link', { name: 'ada@example.com' }).click();
  await page.getByRole('link', { name: 'Private store' }).waitFor();
  await page.getByRole('link', { name: 'Private store' }).click();
  await page.getByRole('textbox', { name: 'title of task1' }).waitFor();
  await take('data');
  await page.getByRole('link', { name: 'Usage' }).click();
  await page.getByRole('img').last().waitFor();
  await page.getByText('Accounts by day').waitFor();
  await take('usage');
  await page.close();
}

/** All examples have signed up just now. The pictures show them as if they had in two months. */
async function spreadSignUps(page: Page): Promise<void> {
  await page.route('**/admin/todo/accounts?*', async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { accounts: { created_at: string }[] };
    for (const [index, account] of list.accounts.entries()) {
      const days = Math.floor(60 * (((index * 7) % 30) / 30) ** 2);
      account.created_at = new Date(Date.now() - days * 86_400_000).toISOString();
    }
    await route.fulfill({ response, json: list });
  });
}

await run();
