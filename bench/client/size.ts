import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What the client's users have anyway. */
const BESIDE = ['tinybase', 'tinybase/*', 'react', 'react/*'];

/** Bytes of a bundle, minified, and the same after gzip. */
export interface Size {
  minified: number;
  gzipped: number;
}

/** Bundles `source`, which may import the client, as an app for browsers would. */
export async function sizeOf(source: string, external: string[] = BESIDE): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: '.', loader: 'ts' },
    bundle: true,
    splitting: true,
    outdir: '.',
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    external,
  });
  const [entry] = outputFiles;
  return { minified: entry!.contents.length, gzipped: gzipSync(entry!.contents).length };
}

/** Everything that the subpath `client` exports. */
export const CLIENT = `export * from './client/index.ts';`;

/** The subpath `client/react`, the client included. */
export const REACT = `export * from './client/index.ts'; export * from './client/react/index.tsx';`;

/** One class of it, which should not bring the rest along. */
export const ERROR_ALONE = `export { TinyHostError } from './client/index.ts';`;
