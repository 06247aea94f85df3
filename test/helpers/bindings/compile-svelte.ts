import { readFile } from 'node:fs/promises';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import { compile } from 'svelte/compiler';
import type { Plugin as VitePlugin } from 'vite';

type Target = 'client' | 'server';

/** Compiles the Svelte component in a file to JavaScript. */
async function compileFile(filename: string, generate: Target): Promise<string> {
  const source = await readFile(filename, 'utf8');
  return compile(source, { filename, generate, dev: true }).js.code;
}

/** Lets Vite import Svelte components. */
export const svelteForVite = (): VitePlugin => ({
  name: 'svelte',
  enforce: 'pre',
  load: (id) => (id.endsWith('.svelte') ? compileFile(id, 'client') : undefined),
});

/** Lets esbuild import Svelte components. */
export const svelteForEsbuild = (generate: Target): EsbuildPlugin => ({
  name: 'svelte',
  setup: (build) =>
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => ({
      contents: await compileFile(path, generate),
    })),
});
