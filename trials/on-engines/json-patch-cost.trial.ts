import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DevServer } from '../../dev/dev-server.ts';
import { HttpStore } from '../../test/helpers/devices/http-store.ts';
import { newUser } from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';

const ROWS = 25_000;
const COPIES = 400;

let server: DevServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.stop());

it(`refuses ${COPIES} copies of a table of ${ROWS} rows before it performs most of them`, async () => {
  const store = new HttpStore(await newUser({ url: server.url }));
  const rows = Object.fromEntries(
    Array.from({ length: ROWS }, (_, row) => [`r${row}`, { c: row }]),
  );
  await store.change('PUT', '', { tables: { t: rows }, values: {} });
  const copies = Array.from({ length: COPIES }, (_, copy) => ({
    op: 'copy',
    from: '/tables/t',
    path: `/tables/copy${copy}`,
  }));
  const begin = performance.now();
  const response = await store.send('PATCH', '', copies, {
    'Content-Type': 'application/json-patch+json',
  });
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `a patch of ${JSON.stringify(copies).length} bytes was refused after ${seconds.toFixed(1)} s`,
  );

  expect(response.status).toBe(413);
  expect(seconds).toBeLessThan(15);
  expect(Object.keys(((await store.read()) as { tables: object }).tables)).toEqual(['t']);
});
