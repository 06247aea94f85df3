import { folderOf, sourcesOf } from '../packages.ts';
import { compile, writeFiles } from './compile.ts';

/** Compiles each module by itself, so that an app's bundler can drop what it does not use. */
export async function buildClient(): Promise<void> {
  const sources = Object.values(sourcesOf('client'));
  for (const output of ['scripts', 'declarations'] as const) {
    writeFiles(`${folderOf('client')}/dist`, compile(sources, 'tsconfig.build.json', output));
  }
}
