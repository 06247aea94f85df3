import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { svelteForEsbuild } from './compile-svelte.ts';

const run = promisify(execFile);

export type FrameworkName = 'react' | 'vue' | 'svelte' | 'solid';

export interface ServerOutput {
  html: Record<FrameworkName, string>;
  /** What the app wrote to the console of the server. */
  complaints: string;
}

/** Renders the app of all frameworks on Node.js, where reading one of the globals throws. */
export async function renderOnServer(traps: string[]): Promise<ServerOutput> {
  const folder = resolve('node_modules/.cache', `server-${crypto.randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const outfile = join(folder, 'app.mjs');
    await build({
      entryPoints: ['test/helpers/bindings/render-on-server.ts'],
      bundle: true,
      outfile,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      jsx: 'automatic',
      plugins: [svelteForEsbuild('server')],
    });
    const loader = resolve('test/helpers/bindings/browser-traps.mjs');
    const env = { ...process.env, TRAPS: traps.join(' '), TRAPPED_FILE: outfile };
    const { stdout, stderr } = await run(process.execPath, ['--import', loader, outfile], { env });
    return { html: JSON.parse(stdout), complaints: stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}
