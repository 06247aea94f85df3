import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  folderOf,
  type Manifest,
  type PackageFolder,
  readManifest,
} from '../../../scripts/packages.ts';
import { packedPackages } from './packed-packages.ts';

const run = promisify(execFile);

/** What a project installs. */
export interface Installation {
  /** Our packages, unpacked from their tarballs. */
  packages: readonly PackageFolder[];
  /** Other packages, linked from this repository. */
  others?: readonly string[];
}

/**
 * Installs packages into the node_modules of a project outside the repository, without a network.
 * Of other packages, it installs only what ours declare and the project lists, so that a missing
 * declaration fails.
 */
export async function installPackages(
  project: string,
  { packages, others = [] }: Installation,
): Promise<void> {
  const tarballs = await packedPackages();
  const declared = packages.flatMap((folder) => dependenciesOf(readManifest(folderOf(folder))));
  for (const folder of packages) {
    const { name } = readManifest(folderOf(folder));
    const path = join(project, 'node_modules', name);
    await unpack(tarballs[folder], path);
    // npm does this too.
    for (const file of Object.values(await commandsOf(name, path)))
      await chmod(join(path, file), 0o755);
    await linkCommands(project, name, path);
  }
  for (const name of new Set([...declared, ...others])) await link(project, name);
}

/** Unpacks a tarball of npm into a folder. */
export async function unpack(tarball: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

/** Optional peers are not installed unless the project lists them. */
function dependenciesOf(manifest: Manifest): string[] {
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const needed = peers.filter((name) => !manifest.peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys(manifest.dependencies ?? {}), ...needed];
}

/** Links a package of the repository, and its commands. */
async function link(project: string, name: string): Promise<void> {
  const target = resolve('node_modules', name);
  const path = join(project, 'node_modules', name);
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
  await linkCommands(project, name, target);
}

/** Links the commands of an installed package. */
async function linkCommands(project: string, name: string, target: string): Promise<void> {
  const binFolder = join(project, 'node_modules/.bin');
  await mkdir(binFolder, { recursive: true });
  for (const [command, file] of Object.entries(await commandsOf(name, target))) {
    const linked = join(binFolder, command);
    if (!existsSync(linked)) await symlink(join(target, file), linked);
  }
}

/** The files of a package's commands. */
async function commandsOf(name: string, folder: string): Promise<Record<string, string>> {
  const { bin = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    bin?: string | Record<string, string>;
  };
  return typeof bin === 'string' ? { [name.split('/').at(-1)!]: bin } : bin;
}
