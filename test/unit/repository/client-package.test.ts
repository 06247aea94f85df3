import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { CLIENT, ERROR_ALONE, sizeOf } from '../../../bench/client/bundle-size.ts';

const run = promisify(execFile);
const tsc = (...options: string[]) =>
  run(process.execPath, ['node_modules/typescript/bin/tsc', ...options]);

/** Creates an app inside the package, so that the package's name resolves to it. */
const APP = 'node_modules/.cache/app';
const SOURCE = `
import { createClient, TinyHostError, type ConnectionState } from 'tinyhost/client';
import { TinyHostProvider, useConnectionState, useSaved } from 'tinyhost/client/react';

const client = createClient({ url: 'https://sync.example.com', namespace: 'todo' });
export const state: ConnectionState = client.connect().state;
export const code = (error: TinyHostError): string => error.code;
const Badge = () => <b>{useConnectionState().status} {useSaved() && 'saved'}</b>;
export const App = () => <TinyHostProvider client={client} offline><Badge /></TinyHostProvider>;
// @ts-expect-error a namespace is needed
createClient({ url: 'https://sync.example.com' });
`;

test('the built package provides its types to an app, and needs nothing of Node.js', async () => {
  await tsc('-p', 'tsconfig.build.json');
  const files = await readdir('dist', { recursive: true });
  const scripts = files.filter((file) => file.endsWith('.js'));
  for (const script of scripts) {
    expect(await readFile(join('dist', script), 'utf8')).not.toMatch(
      /['"]node:|require\(|\.tsx?['"]/,
    );
  }
  // Without this directive Next.js renders a module on the server only, where no hook works.
  expect(await readFile('dist/client/react/index.js', 'utf8')).toMatch(/^'use client';/);
  await mkdir(APP, { recursive: true });
  onTestFinished(() => rm(APP, { recursive: true }));
  await writeFile(join(APP, 'app.tsx'), SOURCE);
  const options = ['--strict', '--noEmit', '--jsx', 'react-jsx', '--skipLibCheck'];
  const engine = ['--types', 'react', '--target', 'es2022', '--module', 'nodenext'];
  await tsc(...options, ...engine, join(APP, 'app.tsx'));
}, 120_000);

test('the client has less than 14 kB gzipped without TinyBase, and unused parts are tree-shaken', async () => {
  expect((await sizeOf(CLIENT)).gzipped).toBeLessThan(14_000);
  expect((await sizeOf(ERROR_ALONE)).minified).toBeLessThan(1_000);
});
