import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FRAMEWORKS, PLATFORMS } from '../../../packages/create-tinyhost/src/choices.ts';
import type { Manifest } from '../../../packages/create-tinyhost/src/manifest.ts';

type Package = Manifest & { version: string };

const TEMPLATES = 'packages/create-tinyhost/templates';
const FOLDERS = ['common', ...Object.keys(FRAMEWORKS), ...Object.keys(PLATFORMS)];

/** Later minor versions of Wrangler do not run on Node 20. */
const OPERATORS: Record<string, string> = { wrangler: '~' };

const read = (folder: string): Package =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;

const repository = read('.');
const ours: Record<string, string> = { ...repository.dependencies, ...repository.devDependencies };

test('every choice has its template, and there are no others', () => {
  expect(readdirSync(TEMPLATES).sort()).toEqual(FOLDERS.sort());
});

test.each([...FOLDERS.map((folder) => join(TEMPLATES, folder)), 'packages/create-tinyhost'])(
  '%s asks for the versions that the repository is tested with',
  (folder) => {
    const { dependencies, devDependencies } = read(folder);
    for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(`${name} ${range}`).toBe(`${name} ${OPERATORS[name] ?? '^'}${ours[name]}`);
  },
);

test('the package has the version of the repository, which the apps ask for', () => {
  expect(read('packages/create-tinyhost').version).toBe(repository.version);
});
