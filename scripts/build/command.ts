import { build } from 'esbuild';
import { folderOf } from '../packages.ts';

const FOLDER = folderOf('create-tinyhost');

/** Bundles the command that creates apps. Its templates are packed as they are. */
export async function buildCommand(): Promise<void> {
  await build({
    entryPoints: [`${FOLDER}/src/index.ts`],
    outdir: `${FOLDER}/dist`,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
}
