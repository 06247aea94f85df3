import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { ERROR_STATUS } from '../../../src/protocol/errors.ts';
import { DOCUMENTS } from '../../helpers/browser/documented-samples.ts';

const LLMS = 'demo/public/llms.txt';
const ALL = [...DOCUMENTS, 'AGENTS.md', LLMS];

const read = (file: string): string => readFileSync(file, 'utf8');

/** Reads a document without its samples, whose comments look like headings. */
const proseOf = (file: string): string => read(file).replace(/^```.*?^```$/gms, '');

/** Returns the targets of a document's links and images. */
const linksIn = (file: string): string[] =>
  [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** Returns the anchors that GitHub generates for a document's headings. */
const anchorsOf = (file: string): string[] =>
  [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\s-]/gu, '')
      .replaceAll(' ', '-'),
  );

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

const SOURCES = [
  'party',
  'worker',
  'src',
  'client',
  'demo',
  'dev',
  'test',
  'trials',
  'bench',
  'scripts',
  'examples',
  'packages',
];
const fileNames = new Set(
  SOURCES.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' })).map(
    (path) => basename(path),
  ),
);

/** Folders that commands create and that are not in a clone. */
const WRITTEN = ['demo/public/assets/', 'test/artefacts/'];

/** Returns the rows of a document's tables as texts of their cells. */
const rowsOf = (file: string): string[][] =>
  [...read(file).matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim()),
  );

describe.each(ALL)('%s', (file) => {
  it('links to files and sections that exist', () => {
    const links = linksIn(file).filter((target) => !/^https?:/.test(target));
    for (const target of links) {
      const [path = '', anchor] = target.split('#');
      // The links of llms.txt are relative to the root of the repository.
      const linked = path ? join(file === LLMS ? '.' : dirname(file), path) : file;
      expect(exists(linked), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(linked), target).toContain(anchor);
    }
  });

  it('names files and folders that exist', () => {
    for (const [, name = ''] of proseOf(file).matchAll(/`([\w./-]+)`/g)) {
      const [root = ''] = name.split('/');
      if (WRITTEN.includes(name)) continue;
      if (name.includes('/') && SOURCES.includes(root)) expect(exists(name), name).toBe(true);
      if (/^[\w-]+\.tsx?$/.test(name)) expect([...fileNames], name).toContain(name);
    }
  });
});

describe('the README', () => {
  it('takes a few minutes to read', () => {
    expect(read('README.md').split(/\s+/).length).toBeLessThanOrEqual(900);
  });

  it('links to every other page', () => {
    const pages = DOCUMENTS.filter((page) => page !== 'README.md');
    expect(linksIn('README.md')).toEqual(expect.arrayContaining(pages));
  });

  it('has the test command that continuous integration runs', () => {
    const command = read('.ci/run').trim().split('\n').at(-1)!;
    expect(read('README.md')).toContain(`\n${command} `);
  });
});

/** Formats a default as the tables do. */
function shown(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'number') return value?.toString();
  return Array.isArray(value) ? '`*`' : `\`${value}\``;
}

describe('the tables', () => {
  it('of settings list each variable once, with its default', () => {
    const rows = rowsOf('docs/settings.md').filter(([name = '']) => /^`[A-Z_]+`$/.test(name));
    const written = rows.map(([name, value = '']) => [name, value.match(/^[\w*`]+/)?.[0]]);
    const known = Object.entries(readConfig({})).map(([name, value]) => [
      `\`${name}\``,
      shown(value),
    ]);
    expect(written.sort()).toEqual(known.sort());
  });

  it('of errors list each code once, with its status', () => {
    const rows = rowsOf('docs/http-api.md').filter(([, status = '']) => /^\d{3}$/.test(status));
    const known = Object.entries(ERROR_STATUS).map(([code, status]) => [
      `\`${code}\``,
      `${status}`,
    ]);
    expect(rows.map((row) => row.slice(0, 2)).sort()).toEqual(known.sort());
  });

  it('of close codes list each code once', () => {
    const rows = rowsOf('docs/sync-protocols.md').filter(([code = '']) => /^\d{4}$/.test(code));
    const known = new Set(Object.values(CLOSE).map(({ code }) => `${code}`));
    expect(rows.map(([code]) => code)).toEqual([...known].sort());
  });
});
