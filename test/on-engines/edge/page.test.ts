import { expect, inject, test } from 'vitest';

const url = inject('url');

async function typeAndText(path: string): Promise<[string, string]> {
  const response = await fetch(`${url}${path}`);
  expect(response.status).toBe(200);
  return [response.headers.get('content-type') ?? '', await response.text()];
}

test('the page is served with all files that it refers to', async () => {
  const [type, html] = await typeAndText('/');
  expect(type).toContain('text/html');
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
  expect(named).toContain('/assets/main.js');
  for (const path of named) expect((await typeAndText(path))[1]).not.toBe('');
});

test('the dashboard is served with all files that it refers to, and its HTML needs no key', async () => {
  const [type, html] = await typeAndText('/admin');
  expect(type).toContain('text/html');
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
  expect(named).toContain('/assets/dashboard/main.js');
  for (const path of named) expect((await typeAndText(path))[1]).not.toBe('');
});

test('a path that is not a file of the page is answered by the service', async () => {
  for (const path of ['/assets/nothing.js', '/assets/', '/no/such/path']) {
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'not_found' });
  }
});

test("the page's service worker is served as a script of the root", async () => {
  const [type, script] = await typeAndText('/sw.js');
  expect(type).toContain('text/javascript');
  expect(script).toContain("addEventListener('fetch'");
});

test('llms.txt tells tools about the service', async () => {
  // PartyKit serves it as application/octet-stream, so its type is not checked.
  const [, text] = await typeAndText('/llms.txt');
  expect(text).toMatch(/^# TinyHost\n\n> \S/);
});

test('no file of the project except the page is served', async () => {
  for (const path of [
    '/.git/HEAD',
    '/.git/config',
    '/package.json',
    '/.env',
    '/src/config/config.ts',
  ]) {
    const response = await fetch(`${url}${path}`);
    expect([400, 404]).toContain(response.status);
    expect(await response.json()).toMatchObject({ error: expect.any(String) });
  }
});
