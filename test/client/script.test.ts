import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, inject, onTestFinished, test } from 'vitest';
import { HttpStore } from '../helpers/devices/http-store.ts';
import { NAMESPACE, newUser, PASSWORD, type User } from '../helpers/requests/users.ts';

/** Runs a script on this Node.js, as a file that imports the client. Returns how it ended. */
async function run(code: string, { email, url }: User) {
  const folder = resolve('node_modules/.cache', `script-${crypto.randomUUID()}`);
  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true }));
  const outfile = join(folder, 'script.mjs');
  const contents = `
import { WebSocket } from 'ws';
import { createClient } from './client/index.ts';
const client = createClient({ url: '${url}', namespace: '${NAMESPACE}', storage: null, WebSocket });
await client.signIn({ email: '${email}', password: '${PASSWORD}' });
${code}
console.log('last line');`;
  await build({
    stdin: { contents, resolveDir: '.', loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['ws', 'tinybase'],
  });
  const program = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [program.stdout, program.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  // Ends a script that would not end by itself.
  const timeout = setTimeout(() => program.kill('SIGKILL'), 20_000);
  const [exitCode] = await once(program, 'close');
  clearTimeout(timeout);
  return { exitCode, output: output.trim() };
}

const ENDED = { exitCode: 0, output: 'last line' };

test('a script that writes, waits until that is saved and closes ends by itself', async () => {
  const user = await newUser();
  const script = `
const connection = client.connect();
connection.store.setCell('tasks', 'a', 'title', 'written by a script');
await connection.saved();
await connection.close();`;
  expect(await run(script, user)).toEqual(ENDED);
  expect(await new HttpStore(user).read('/tables')).toEqual({
    tasks: { a: { title: 'written by a script' } },
  });
});

test('a script ends by itself after it has signed out, or closed before it was online', async () => {
  const user = { ...(await newUser()), url: inject('url') };
  const script = `
await client.connect().saved();
await client.signOut();
await client.signIn({ email: '${user.email}', password: '${PASSWORD}' });
await client.connect().close();`;
  expect(await run(script, user)).toEqual(ENDED);
});
