import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Peer dependencies: an app that uses the client has them anyway. */
const PEERS = ['tinybase', 'react', 'vue', 'svelte', 'solid-js'].flatMap((name) => [
  name,
  `${name}/*`,
]);

/** In bytes. */
export interface Size {
  minified: number;
  gzipped: number;
}

/** Bundles `source` for browsers. It imports from `resolveDir`, by default this repository. */
export async function sizeOf(
  source: string,
  external: string[] = PEERS,
  resolveDir = '.',
): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir, loader: 'ts' },
    bundle: true,
    splitting: true,
    outdir: '.',
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    external,
    logLevel: 'error',
  });
  const [entry] = outputFiles;
  return { minified: entry!.contents.length, gzipped: gzipSync(entry!.contents).length };
}

/** Imports the whole subpath `client`. */
export const CLIENT = `export * from './client/index.ts';`;

/** Imports the whole subpath `client`, and that of a framework. */
export const withBinding = (module: string): string =>
  `${CLIENT} export * from './client/${module}';`;

/** Imports one class; tree shaking should drop the rest of the client. */
export const ERROR_ALONE = `export { TinyHostError } from './client/index.ts';`;
