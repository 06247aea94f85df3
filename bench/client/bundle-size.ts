import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** Peer dependencies: an app that uses the client has them anyway. */
const PEERS = ['tinybase', 'react', 'vue', 'svelte', 'solid-js'].flatMap((name) => [
  name,
  `${name}/*`,
]);

/** In bytes. */
export interface Size {
  minified: number;
  gzipped: number;
  /** What is loaded later, when it is needed, gzipped. It includes code of the bundle itself. */
  onDemand: number;
}

/**
 * Bundles `source` for browsers into one file. It imports from `resolveDir`, by default this
 * repository. What the client imports dynamically is not in that file.
 */
export async function sizeOf(
  source: string,
  external: string[] = PEERS,
  resolveDir = '.',
): Promise<Size> {
  const paths = new Map<string, string>();
  const options = { external, resolveDir };
  const contents = await bundle(source, options, [withoutDynamicImports(paths)]);
  const text = new TextDecoder().decode(contents);
  // Without those of modules that tree shaking has dropped.
  const imports = [...paths].flatMap(([path, file]) =>
    text.includes(`"${path}"`) ? `export * from ${JSON.stringify(file)};` : [],
  );
  const later = await bundle(imports.join('\n'), options);
  return {
    minified: contents.length,
    gzipped: gzipSync(contents).length,
    onDemand: imports.length > 0 ? gzipSync(later).length : 0,
  };
}

async function bundle(
  contents: string,
  { external, resolveDir }: { external: string[]; resolveDir: string },
  plugins: Plugin[] = [],
): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    external,
    logLevel: 'error',
    plugins,
  });
  return outputFiles[0]!.contents;
}

/** Leaves dynamic imports of files out of the bundle, and collects them: file by path. */
const withoutDynamicImports = (paths: Map<string, string>): Plugin => ({
  name: 'without-dynamic-imports',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      paths.set(path, resolve(resolveDir, path));
      return { path, external: true };
    });
  },
});

/** Imports the whole subpath `client`. */
export const CLIENT = `export * from './client/index.ts';`;

/** Imports the whole subpath `client`, and that of a framework. */
export const withBinding = (module: string): string =>
  `${CLIENT} export * from './client/${module}';`;

/** Imports one class; tree shaking should drop the rest of the client. */
export const ERROR_ALONE = `export { TinyHostError } from './client/index.ts';`;
