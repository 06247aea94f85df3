import { readFile } from 'node:fs/promises';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import { compile } from 'svelte/compiler';
import type { Plugin as VitePlugin } from 'vite';

type Target = 'client' | 'server';

/** Compiles a Svelte component to JavaScript. Throws on a warning, such as an unused style. */
export function compileSvelte(source: string, filename: string, generate: Target): string {
  const { js, warnings } = compile(source, { filename, generate, dev: true });
  if (warnings.length > 0) throw new Error(`${warnings[0]}`);
  return js.code;
}

const compileFile = async (filename: string, generate: Target): Promise<string> =>
  compileSvelte(await readFile(filename, 'utf8'), filename, generate);

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
