import { build } from 'esbuild';
import { folderOf, type PackageFolder } from '../packages.ts';

/** Bundles the command that creates apps. Its templates are packed as they are. */
export const buildCreateCommand = (): Promise<void> => buildCommand('create-tinyhost', 'dist');

/** Bundles the command of a package, from its `src/`. */
export async function buildCommand(folder: PackageFolder, output: string): Promise<void> {
  await build({
    entryPoints: [`${folderOf(folder)}/src/index.ts`],
    outdir: `${folderOf(folder)}/${output}`,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
}
