import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import repository from '../../../package.json' with { type: 'json' };
import { pack } from '../../../scripts/pack.ts';
import { folderOf, PACKAGES, readManifest } from '../../../scripts/packages.ts';
import { lintPackage } from '../../../scripts/releases/lint-package.ts';
import { dryPublish } from '../../helpers/packages/dry-publish.ts';
import { unpack } from '../../helpers/packages/install-packages.ts';
import { createProject, newProject } from '../../helpers/packages/new-project.ts';
import { packedPackages } from '../../helpers/packages/packed-packages.ts';

const LIBRARIES: Record<string, string> = {
  ...repository.dependencies,
  ...repository.devDependencies,
};

/** The paths of the files in a tarball of npm. */
async function pathsIn(tarball: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('tar', ['-tzf', tarball]);
  return stdout
    .trim()
    .split('\n')
    .map((path) => path.replace('package/', ''))
    .sort();
}

/** Unpacks a package, and returns the files in it that match. */
async function filesOf(folder: (typeof PACKAGES)[number], pattern: RegExp) {
  const { name } = readManifest(folderOf(folder));
  const root = join(await newProject({ packages: [folder] }), 'node_modules', name);
  const paths = await readdir(root, { recursive: true, withFileTypes: true });
  const files = paths.filter((path) => path.isFile());
  const names = files.map((file) => join(file.parentPath, file.name).slice(root.length + 1));
  const matching = names.filter((path) => pattern.test(path)).sort();
  return Promise.all(
    matching.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
}

describe.each(PACKAGES)('the package %s', (folder) => {
  const manifest = readManifest(folderOf(folder));

  test('is clean for publint and Are The Types Wrong', async () => {
    expect(await lintPackage((await packedPackages())[folder])).toEqual([]);
  }, 120_000);

  test('contains its manifest, README and LICENSE, and otherwise only the folders that it lists', async () => {
    const folders = manifest.files?.join('|');
    const files = await filesOf(folder, new RegExp(`^(?!(${folders})/)`));
    expect(files.map(({ path }) => path)).toEqual(['LICENSE', 'README.md', 'package.json']);
    const published = JSON.parse(files[2]!.text);
    expect(published).toEqual(
      JSON.parse(await readFile(join(folderOf(folder), 'package.json'), 'utf8')),
    );
  });

  test('is packed as `npm publish` would upload it', async () => {
    const tarball = (await packedPackages())[folder];
    const built = join(await newProject({ packages: [] }), folder);
    await unpack(tarball, built);
    // Beside what was built are the files of the repository, of which npm must leave out the same.
    await cp(folderOf(folder), built, { recursive: true, filter: (path) => !/\/dist$/.test(path) });
    const { integrity, shasum, files } = await dryPublish(built);
    const packed = await readFile(tarball);
    const hash = (name: string) => createHash(name).update(packed);
    expect(files.map(({ path }) => path).sort()).toEqual(await pathsIn(tarball));
    expect(integrity).toBe(`sha512-${hash('sha512').digest('base64')}`);
    expect(shasum).toBe(hash('sha1').digest('hex'));
  });

  test('has the version of the repository, and says where it comes from', () => {
    expect(manifest.version).toBe(repository.version);
    expect(manifest).toMatchObject({
      license: 'MIT',
      repository: { type: 'git', directory: folderOf(folder) },
      engines: { node: expect.stringContaining(repository.engines.node) },
    });
  });

  test('declares the libraries that it imports, in the versions that are tested', async () => {
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
    for (const [name, range] of Object.entries(declared)) {
      expect(admits(range, LIBRARIES[name]!), `${name} ${range}`).toBe(true);
    }
    const files = await filesOf(folder, /^dist\/.*\.(js|d\.ts)$/);
    const imported = new Set(files.flatMap(({ text }) => librariesIn(text)));
    expect([...imported].sort()).toEqual(Object.keys(declared).sort());
  });
});

test.each([
  ['a missing file', { exports: './missing.js' }, /missing\.js/],
  ['types that do not resolve', { exports: { '.': './untyped.js' } }, /types|resolve/i],
])('a package with %s is reported', async (_name, more, problem) => {
  const manifest = { name: 'broken', version: '1.0.0', type: 'module', ...more };
  const { folder, remove } = await createProject(
    { packages: [] },
    { 'package.json': JSON.stringify(manifest), 'untyped.js': 'export const one = 1;\n' },
  );
  onTestFinished(remove);
  const problems = await lintPackage(join(folder, await pack(folder, folder)));
  expect(problems.join()).toMatch(problem);
});

/** Whether a range is `^` and the version, or `>=` and an earlier version with its major. */
function admits(range: string, version: string): boolean {
  const [, major, minor = 0] = /^>=(\d+)(?:\.(\d+))?$/.exec(range) ?? [];
  const [tested, ...more] = version.split('.').map(Number);
  return range === `^${version}` || (Number(major) === tested && Number(minor) <= more[0]!);
}

/** Returns the packages that a module imports. The engines' own modules have a colon. */
function librariesIn(module: string): string[] {
  const imports = module.matchAll(
    /(?:^(?:import|export|\}).*?from|import\()\s*["']([^."'][^"']*)["']/gm,
  );
  return [...imports].flatMap(([, specifier = '']) =>
    specifier.includes(':') ? [] : (/^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? []),
  );
}
