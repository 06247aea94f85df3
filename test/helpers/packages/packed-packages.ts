import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runNode } from '../../../dev/run-node.ts';
import { pack } from '../../../scripts/pack.ts';
import { folderOf, PACKAGES, type PackageFolder } from '../../../scripts/packages.ts';

/** The paths of the tarballs, as `npm publish` would upload them. */
export type Tarballs = Record<PackageFolder, string>;

const CACHE = 'node_modules/.cache/packages';

/** Everything that decides what is in the packages. */
const SOURCES = ['client', 'src', 'party', 'worker', 'packages', 'scripts'];
const FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** How long a process waits for another one that builds, in milliseconds. */
const DEADLINE = 120_000;

/**
 * Builds and packs all packages. Processes that call it at the same time share one build, and later
 * ones use it until a source changes.
 */
export async function packedPackages(): Promise<Tarballs> {
  const folder = join(CACHE, await hashSources());
  const late = Date.now() + DEADLINE;
  while (Date.now() < late) {
    const tarballs = await readTarballs(folder);
    if (tarballs) return tarballs;
    if (await takeLock()) {
      await build(folder).finally(() => rm(LOCK, { recursive: true, force: true }));
    } else await sleep(200);
  }
  throw new Error(`no package was built in time; if nothing builds, remove ${LOCK}`);
}

async function build(folder: string): Promise<void> {
  if (await readTarballs(folder)) return;
  for (const name of await readdir(CACHE)) {
    if (join(CACHE, name) !== LOCK) await rm(join(CACHE, name), { recursive: true });
  }
  await runNode(['node_modules/tsx/dist/cli.mjs', 'scripts/build.ts']);
  const begun = `${folder}.begun`;
  await mkdir(begun, { recursive: true });
  const names = await Promise.all(PACKAGES.map((name) => pack(folderOf(name), begun)));
  const index = Object.fromEntries(PACKAGES.map((name, at) => [name, names[at]]));
  await writeFile(join(begun, 'index.json'), JSON.stringify(index));
  await rename(begun, folder);
}

async function readTarballs(folder: string): Promise<Tarballs | undefined> {
  const index = await readFile(join(folder, 'index.json'), 'utf8').catch(() => undefined);
  if (index === undefined) return undefined;
  const names = Object.entries(JSON.parse(index) as Tarballs);
  return Object.fromEntries(names.map(([name, file]) => [name, resolve(folder, file)])) as Tarballs;
}

const LOCK = join(CACHE, 'lock');

/** Takes the lock if nobody has it, or its owner has ended. */
async function takeLock(): Promise<boolean> {
  await mkdir(CACHE, { recursive: true });
  try {
    await writeFile(LOCK, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch {
    const owner = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    if (owner > 0 && !isRunning(owner)) await rm(LOCK, { force: true });
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function hashSources(): Promise<string> {
  const nested = await Promise.all(SOURCES.map(filesIn));
  const files = [...nested.flat(), ...FILES].sort();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256');
  for (const [at, file] of files.entries()) hash.update(`${file}\0`).update(contents[at]!);
  return hash.digest('hex').slice(0, 16);
}

/** The files of a folder that are not built. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !/^packages\/[^/]+\/(dist\/|LICENSE$)/.test(file));
}
