import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { connectDevice } from './helpers/devices.ts';
import { PlainStore } from './helpers/plain-store.ts';
import { newUser, type User } from './helpers/users.ts';

/** The README's JavaScript example that imports `module`. */
async function example(module: string): Promise<string> {
  const readme = await readFile('README.md', 'utf8');
  const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
  const found = blocks.find((code) => code.includes(`'${module}'`));
  if (!found) throw new Error(`the README has no example that imports ${module}`);
  return found;
}

/** Runs an example as a program of its own, until the test ends. */
function run(code: string, user: User): void {
  const here = code.replaceAll('127.0.0.1:1999', new URL(user.url).host);
  const script = [
    // Browsers and Node from version 22 on have a WebSocket.
    "import { WebSocket } from 'ws';",
    'globalThis.WebSocket ??= WebSocket;',
    `const session_uuid = '${user.session_uuid}';`,
    here.replaceAll('/todo/', `/${user.namespace}/`),
  ].join('\n');
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => {
    program.kill();
  });
}

it("runs the README's clients of both protocols side by side", async () => {
  const user = await newUser();
  const device = await connectDevice(user);

  run(await example('tinybase/synchronizers/synchronizer-ws-client'), user);
  run(await example('tinybase/persisters/persister-partykit-client'), user);

  const tables = { tasks: { task1: { title: 'Learn TinyBase' }, task2: { title: 'Persist it' } } };
  await expect.poll(() => device.store.getTables(), { timeout: 10_000 }).toEqual(tables);
  expect(await new PlainStore(user).read('/tables')).toEqual(tables);
});
