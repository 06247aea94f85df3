import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sizeOf } from '../../../bench/client/bundle-size.ts';
import { newProject } from '../../helpers/packages/new-project.ts';
import { RESOLUTIONS, typeErrors } from '../../helpers/packages/type-errors.ts';

const REACT_APP = `
import { createClient, TinyHostError, type ConnectionState } from 'tinyhost-client';
import { TinyHostProvider, useConnectionState, useSaved } from 'tinyhost-client/react';
import { TinyHostProvider as SolidProvider } from 'tinyhost-client/solid';
import { setTinyHost } from 'tinyhost-client/svelte';
import { provideTinyHost, withSchemas } from 'tinyhost-client/vue';

const client = createClient({ url: 'https://sync.example.com', namespace: 'todo' });
export const state: ConnectionState = client.connect().state;
export const code = (error: TinyHostError): string => error.code;
const Badge = () => <b>{useConnectionState().status} {useSaved() && 'saved'}</b>;
export const App = () => <TinyHostProvider client={client} offline><Badge /></TinyHostProvider>;
export const [inSvelte, inVue] = [() => setTinyHost({ client }), () => provideTinyHost({ client })];
export const inSolid = () => SolidProvider({ client, offline: true });

const tables = { tasks: { done: { type: 'boolean' } } } as const;
const typed = createClient({ url: 'https://sync.example.com', namespace: 'todo', schemas: [tables, {}] });
typed.connect().store.setCell('tasks', 'one', 'done', true);
// @ts-expect-error the schemas have no such cell
typed.connect().store.setCell('tasks', 'one', 'dnoe', true);
// @ts-expect-error the schemas have no such cell
export const cell = () => withSchemas<[typeof tables, {}]>().useCell('tasks', 'one', 'dnoe');
// @ts-expect-error a namespace is needed
createClient({ url: 'https://sync.example.com' });
`;

/** An app of another framework imports its bindings without those of the others. */
const appOf = (framework: string): string => `
import type { Client, ConnectionState } from 'tinyhost-client';
import * as bindings from 'tinyhost-client/${framework}';

export const names = Object.keys(bindings);
export const statusOf = ({ status }: ConnectionState): string => status;
export const signOut = (client: Client): Promise<void> => client.signOut();
// @ts-expect-error only what the bindings export can be used
export const missing = bindings.missing;
`;

const FILES = {
  'react.tsx': REACT_APP,
  'vue.ts': appOf('vue'),
  'svelte.ts': appOf('svelte'),
  'solid.ts': appOf('solid'),
};

const FRAMEWORKS = ['react', '@types/react', 'csstype', 'vue', 'svelte', 'solid-js'];

test('an app outside the repository gets its types, however TypeScript resolves them', async () => {
  const folder = await newProject({ packages: ['client'], others: FRAMEWORKS }, FILES);
  const lib = ['lib.es2023.d.ts', 'lib.dom.d.ts'];
  const app = { folder, files: Object.keys(FILES), types: [], lib };
  for (const resolution of RESOLUTIONS) expect(typeErrors(app, resolution), resolution).toEqual([]);
}, 120_000);

test('its modules need nothing of Node.js, and the React ones are for browsers', async () => {
  const folder = await newProject({ packages: ['client'] });
  const dist = join(folder, 'node_modules/tinyhost-client/dist');
  const files = await readdir(dist, { recursive: true });
  const scripts = files.filter((file) => file.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(40);
  for (const script of scripts) {
    expect(await readFile(join(dist, script), 'utf8')).not.toMatch(
      /['"]node:|require\(|\.tsx?['"]/,
    );
  }
  // Without this directive Next.js renders a module on the server only, where no hook works.
  expect(await readFile(join(dist, 'client/react/index.js'), 'utf8')).toMatch(/^'use client';/);
});

const UNUSED = ['', '/react', '/vue', '/svelte', '/solid']
  .map((subpath) => `import 'tinyhost-client${subpath}';`)
  .join('');

test('the client has less than 8 kB gzipped without TinyBase, and unused parts are tree-shaken', async () => {
  const folder = await newProject({ packages: ['client'] });
  const size = (source: string) => sizeOf(source, undefined, folder);
  expect((await size(`export * from 'tinyhost-client';`)).gzipped).toBeLessThan(8_000);
  const alone = await size(`export { TinyHostError } from 'tinyhost-client';`);
  expect(alone.minified).toBeLessThan(1_000);
  // Nothing is left of an import that is not used.
  expect((await size(UNUSED)).minified).toBe(0);
});
