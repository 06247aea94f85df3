import { readOptions } from '../usage.ts';
import { CLIENT, ERROR_ALONE, type Size, sizeOf, withBinding } from './bundle-size.ts';

const ROWS: [name: string, source: string, external?: string[]][] = [
  ['client, without TinyBase', CLIENT],
  ['client and client/react, without TinyBase and React', withBinding('react/index.tsx')],
  ['client and client/vue, without TinyBase and Vue', withBinding('vue/index.ts')],
  ['client and client/svelte, without TinyBase and Svelte', withBinding('svelte/index.ts')],
  ['client and client/solid, without TinyBase and Solid', withBinding('solid/index.ts')],
  ['TinyHostError only', ERROR_ALONE],
  ['client, with TinyBase', CLIENT, []],
];

const HELP = `npm run bench -- client

  has no options`;

/** Reports the size that the client adds to an app's bundle. */
export async function run(args: string[]): Promise<void> {
  const { help } = readOptions(args, { help: { type: 'boolean' } });
  if (help) return console.log(HELP);
  console.log('| bundle for browsers | minified | gzipped | loaded on demand, gzipped |');
  console.log('| --- | --: | --: | --: |');
  for (const [name, source, external] of ROWS)
    console.log(row(name, await sizeOf(source, external)));
}

const row = (name: string, { minified, gzipped, onDemand }: Size): string =>
  `| ${name} | ${kB(minified)} | ${kB(gzipped)} | ${kB(onDemand)} |`;

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
