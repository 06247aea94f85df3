import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path/posix';
import { pack } from './pack.ts';
import { folderOf, PACKAGES, readManifest } from './packages.ts';
import { releaseNotes, unreleasedNotes } from './releases/changelog.ts';
import { lintPackage } from './releases/lint-package.ts';
import { ReleaseError, type ReleaseOptions, readRelease } from './releases/options.ts';
import { git, npm } from './releases/run.ts';
import { setVersion } from './releases/versions.ts';

/** The folder of the tarballs. Git ignores it. */
const RELEASE = 'release';

const CHANGELOG = 'CHANGELOG.md';

/** The files that contain the version. */
const versionedFiles = (): string[] => [
  'package.json',
  'package-lock.json',
  ...['packages', 'examples'].flatMap((folder) =>
    readdirSync(folder)
      .map((name) => join(folder, name, 'package.json'))
      .filter((file) => existsSync(file)),
  ),
];

async function release({ version, dryRun }: ReleaseOptions, current: string): Promise<void> {
  await checkRepository(version);
  const files = [...versionedFiles(), CHANGELOG];
  try {
    await setVersions(current, version);
    await packAll();
    if (!dryRun) await npm('test');
  } catch (error) {
    await git('checkout', '--', ...files);
    throw error;
  }
  if (dryRun) {
    await git('checkout', '--', ...files);
    console.log(`This was a dry run: no test ran, and nothing was committed or tagged.`);
    return;
  }
  await git('commit', '--quiet', '--message', `Release ${version}`, '--', ...files);
  await git('tag', '--annotate', `v${version}`, '--message', `TinyHost ${version}`);
  console.log(`Tagged v${version}. To publish: git push --follow-tags, and`);
  for (const name of PACKAGES)
    console.log(`  npm publish ./${RELEASE}/${tarballOf(name, version)}`);
}

/** Throws unless the release would contain exactly what is committed, and says what is new. */
async function checkRepository(version: string): Promise<void> {
  const changed = await git('status', '--porcelain');
  if (changed !== '') throw new ReleaseError(`commit or stash these changes first:\n${changed}`);
  const tag = await git('tag', '--list', `v${version}`);
  if (tag !== '') throw new ReleaseError(`the tag v${version} exists`);
  if (unreleasedNotes(await readFile(CHANGELOG, 'utf8')) === undefined) {
    throw new ReleaseError(`${CHANGELOG} has no entries under [Unreleased]`);
  }
}

async function setVersions(from: string, to: string): Promise<void> {
  const own = PACKAGES.map((name) => readManifest(folderOf(name)).name);
  for (const file of versionedFiles()) {
    await writeFile(file, setVersion(await readFile(file, 'utf8'), from, to, own));
  }
  const date = new Date().toISOString().slice(0, 10);
  await writeFile(CHANGELOG, releaseNotes(await readFile(CHANGELOG, 'utf8'), to, date));
}

/** Builds and packs every package, and throws if a tarball has a problem. */
async function packAll(): Promise<void> {
  await rm(RELEASE, { recursive: true, force: true });
  await mkdir(RELEASE);
  await npm('run', 'build');
  for (const name of PACKAGES) {
    const tarball = join(RELEASE, await pack(folderOf(name), RELEASE));
    const problems = await lintPackage(tarball);
    if (problems.length > 0) throw new ReleaseError(`${tarball}:\n${problems.join('\n')}`);
    const data = await readFile(tarball);
    const hash = createHash('sha512').update(data).digest('base64');
    console.log(`${tarball}: ${data.length} bytes, sha512-${hash}`);
  }
}

const tarballOf = (name: (typeof PACKAGES)[number], version: string): string =>
  `${readManifest(folderOf(name)).name}-${version}.tgz`;

try {
  const { version: current } = readManifest('.');
  await release(readRelease(process.argv.slice(2), current), current);
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
