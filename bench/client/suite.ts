import { readOptions } from '../usage.ts';
import { CLIENT, ERROR_ALONE, type Size, sizeOf, withBinding } from './bundle-size.ts';
import { buildPage, type PageSize, sizeOfPage } from './page-files.ts';
import { measurePageLoad, type PageLoad } from './page-load.ts';

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

/** Reports the size that the client adds to an app's bundle, and how the page loads. */
export async function run(args: string[]): Promise<void> {
  const { help } = readOptions(args, { help: { type: 'boolean' } });
  if (help) return console.log(HELP);
  console.log('| bundle for browsers | minified | gzipped | loaded on demand, gzipped |');
  console.log('| --- | --: | --: | --: |');
  for (const [name, source, external] of ROWS)
    console.log(row(name, await sizeOf(source, external)));
  const files = await buildPage();
  console.log(describePage(sizeOfPage(files), await measurePageLoad(files)));
}

const describePage = (size: PageSize, { paint, form, ready }: PageLoad): string => `
| page, for visitors who are not signed in | |
| --- | --: |
| loaded before the form is shown, gzipped | ${kB(size.shown)} |
| loaded before the form's script runs, gzipped | ${kB(size.form)} |
| all files without the inspector, gzipped | ${kB(size.all)} |
| first text, on a network of 150 ms and 1.6 Mbit/s | ${ms(paint)} |
| form can be filled in and submitted | ${ms(form)} |
| form's script runs | ${ms(ready)} |`;

const row = (name: string, { minified, gzipped, onDemand }: Size): string =>
  `| ${name} | ${kB(minified)} | ${kB(gzipped)} | ${kB(onDemand)} |`;

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

const ms = (time: number): string => `${time.toFixed(0)} ms`;
