import { readFileSync } from 'node:fs';
import type { Engine } from '../../../src/platform.ts';
import { SAMPLES } from '../browser/documented-samples.ts';

const README = 'packages/server/README.md';

/** The headings of the sections with the samples of a project. */
const SECTIONS: Record<Engine, string> = {
  workers: '## In a Worker',
  partykit: '## In a PartyKit project',
};

/** Returns the files of the project that the README of the server describes. */
export function readmeProject(engine: Engine): Record<string, string> {
  const lines = readFileSync(README, 'utf8').split('\n');
  const begin = lines.indexOf(SECTIONS[engine]) + 1;
  const end = lines.findIndex((line, index) => index >= begin && line.startsWith('## '));
  const samples = SAMPLES.filter(
    ({ document, line }) => document === README && line > begin && line <= end,
  );
  const of = (language: string) => samples.filter((sample) => sample.language === language);
  const [main = '', auth = ''] = of('js').map(({ code }) => code);
  const config = JSON.parse(of('json')[0]!.code);
  return engine === 'workers'
    ? {
        'worker.js': main,
        'wrangler.json': JSON.stringify({ ...NAME, main: 'worker.js', ...config }),
      }
    : {
        'party/main.js': main,
        'party/auth.js': auth,
        'party/user.js': auth.replace('tinyhost.Auth', 'tinyhost.User'),
        'partykit.json': JSON.stringify({ ...NAME, ...config }),
      };
}

const NAME = { name: 'my-app' };
