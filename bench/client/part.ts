import { CLIENT, ERROR_ALONE, REACT, type Size, sizeOf } from './size.ts';

const ROWS: [name: string, source: string, external?: string[]][] = [
  ['client, beside TinyBase', CLIENT],
  ['client and client/react, beside those and React', REACT],
  ['TinyHostError alone', ERROR_ALONE],
  ['client with TinyBase', CLIENT, []],
];

/** How much the client adds to an app. */
export async function run(): Promise<void> {
  console.log('| bundle for browsers | minified | gzipped |\n| --- | --: | --: |');
  for (const [name, source, external] of ROWS)
    console.log(row(name, await sizeOf(source, external)));
}

const row = (name: string, { minified, gzipped }: Size): string =>
  `| ${name} | ${(minified / 1000).toFixed(1)} kB | ${(gzipped / 1000).toFixed(1)} kB |`;
