import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Framework, Platform } from './choices.ts';
import { type Manifest, mergeManifests } from './manifest.ts';
import type { Target } from './target.ts';

export interface App extends Target {
  framework: Framework;
  platform: Platform;
}

/** Beside the folder of this file, both in the package and in the repository. */
const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

/** The name of the app in the templates. */
const TEMPLATE_NAME = /\bmy-app\b/g;

const MANIFEST = 'package.json';

/** npm leaves a file named `.gitignore` out of a package. */
const GITIGNORE = '_gitignore';

/**
 * Writes the files of an app: those that all apps share, then those of its framework and of its
 * platform, which may replace some. Throws if the file system refuses.
 */
export function createApp({ folder, name, framework, platform }: App): void {
  const layers = ['common', framework, platform].map((layer) => join(TEMPLATES, layer));
  for (const layer of layers) {
    for (const file of filesIn(layer)) {
      const content = read(join(layer, file), name);
      write(join(folder, file === GITIGNORE ? '.gitignore' : file), content);
    }
  }
  const manifest = mergeManifests(
    name,
    layers.map((layer) => JSON.parse(read(join(layer, MANIFEST), name)) as Manifest),
  );
  write(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Reads a file of a template, with the name of the app. */
const read = (file: string, name: string): string =>
  readFileSync(file, 'utf8').replace(TEMPLATE_NAME, name);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
