import { compile, declarationsOf, reachable, writeFiles } from './compile.ts';
import { folderOf, sourcesOf } from './packages.ts';

/** Compiles each module by itself, so that an app's bundler can drop what it does not use. */
export async function buildClient(): Promise<void> {
  const sources = Object.values(sourcesOf('client'));
  const files = compile(sources, 'tsconfig.build.json');
  const scripts = new Map([...files].filter(([path]) => path.endsWith('.js')));
  const declarations = reachable(files, sources.map(declarationsOf));
  writeFiles(`${folderOf('client')}/dist`, new Map([...scripts, ...declarations]));
}
