import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createMergeableStore } from 'tinybase';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connectDevice } from '../../test/helpers/devices/devices.ts';
import { ask, bearer, newUser, signIn } from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';

const engine = inject('engine');

/** Limits the size of each file, which looks like a full disk to one database. */
const FILE_MEGABYTES = 4;

/** Creates a script that runs workerd with that limit, so that a write beyond it fails. */
async function limitedWorkerd(folder: string): Promise<string> {
  const project = createRequire(import.meta.url);
  // PartyKit depends on its own versions of Miniflare and workerd.
  const own = createRequire(resolve('node_modules/partykit/dist/bin.mjs'));
  const miniflare = (engine === 'partykit' ? own : project).resolve('miniflare');
  const { default: workerd } = createRequire(miniflare)('workerd') as { default: string };
  const program = join(folder, 'limited-workerd');
  // bash counts the limit in blocks of 1,024 bytes; other shells may count in blocks of 512.
  const script = `#!/bin/bash\ntrap '' XFSZ\nulimit -f ${FILE_MEGABYTES * 1024}\nexec ${workerd} "$@"\n`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  return program;
}

test('a full disk loses no acknowledged change, and the room continues when there is space', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tinyhost-full-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  process.env.MINIFLARE_WORKERD_PATH = await limitedWorkerd(folder);
  onTestFinished(() => void delete process.env.MINIFLARE_WORKERD_PATH);
  const options = { persist: join(folder, 'state'), vars: { AUTH_REQUESTS_PER_MINUTE: 0 } };
  let server = await startServer(options);
  onTestFinished(() => server.stop());
  const port = Number(new URL(server.url).port);
  const [user, other] = [await newUser({ url: server.url }), await newUser({ url: server.url })];

  const kept: number[] = [];
  let refused = 0;
  for (let row = 0; row < 100 && refused < 5; row += 1) {
    const response = await fetch(`${server.url}/todo/store/tables/t/${row}`, {
      method: 'PUT',
      headers: { ...bearer(user.session_uuid), 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: `${row} ${'x'.repeat(100_000)}` }),
    }).catch(() => undefined);
    if (response?.ok) kept.push(row);
    else refused += 1;
  }
  expect(refused).toBe(5);
  // Every other user has a separate database.
  const store = createMergeableStore();
  store.setValue('still', 'here');
  const mergeableContent = store.getMergeableContent();
  const synced = await ask(other, 'POST', 'manual-sync', { mergeableContent });
  expect(synced).toMatchObject({ status: 200 });
  expect((await fetch(`${server.url}/health`)).status).toBe(200);

  await server.stop();
  delete process.env.MINIFLARE_WORKERD_PATH;
  server = await startServer({ ...options, port });
  const device = await connectDevice(await signIn(user));
  const missing = () => kept.filter((row) => !device.store.hasRow('t', `${row}`));
  await expect.poll(missing).toEqual([]);
  device.store.setValue('after', 'all');
  const witness = await connectDevice(user);
  await expect.poll(() => witness.store.getValue('after')).toBe('all');
  console.log(
    `${engine}: ${kept.length} rows of 100 kB were acknowledged before the disk was full; ${missing().length} were lost`,
  );
}, 120_000);
