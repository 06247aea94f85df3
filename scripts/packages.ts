import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';

/** The folders in packages/. All packages have the version of the repository's package.json. */
export const PACKAGES = ['client', 'server', 'create-tinyhost'] as const;

export type PackageFolder = (typeof PACKAGES)[number];

export interface Manifest {
  name: string;
  version: string;
  files?: string[];
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

export const folderOf = (folder: PackageFolder): string => join('packages', folder);

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The source files of a package's exports, by their subpaths: `./react` → `client/react/index.tsx`. */
export function sourcesOf(folder: PackageFolder): Record<string, string> {
  const modules = Object.entries(readManifest(folderOf(folder)).exports ?? {}).filter(
    ([, target]) => target.endsWith('.js'),
  );
  return Object.fromEntries(
    modules.map(([subpath, target]) => [subpath, sourceOf(target.replace('./dist/', ''))]),
  );
}

/** The source of a script: `client/react/index.js` → `client/react/index.tsx`. */
export function sourceOf(script: string): string {
  const path = script.replace(/\.js$/, '');
  const source = [`${path}.ts`, `${path}.tsx`].find((file) => existsSync(file));
  if (source === undefined) throw new Error(`${script} has no source ${path}.ts`);
  return source;
}
