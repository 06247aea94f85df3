import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { scripts } from '../../../package.json';
import { bin } from '../../../packages/server/package.json';
import {
  DOCUMENTS,
  isCommand,
  isForBrowser,
  isForServer,
  newNamespace,
  placeSample,
  SAMPLES,
  type Sample,
  signInAda,
} from '../../helpers/browser/documented-samples.ts';
import { runModule, runShell } from '../../helpers/browser/run-sample.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { HttpStore } from '../../helpers/devices/http-store.ts';
import type { User } from '../../helpers/requests/users.ts';

const url = inject('url');

/** Its samples sign Ada up. */
const FIRST = join('docs', 'http-api.md');

/** Its clients use two protocols and share Ada's store. */
const PROTOCOLS = join('docs', 'sync-protocols.md');

/** Runs the samples of a document in order, and returns Ada's session. */
async function follow(document: string): Promise<User> {
  const namespace = newNamespace();
  const samples = SAMPLES.filter((sample) => sample.document === document && !isCommand(sample));
  const shell = samples.filter(({ language }) => language === 'sh');
  const place = (sample: Sample) => placeSample(sample, url, namespace);
  // Readers of the other documents already have a session.
  const isFirst = document === FIRST;
  const earlier = isFirst ? undefined : await signInAda(url, namespace);
  await runShell(shell.map(place).join('\n'), {});
  const ada = earlier ?? (await signInAda(url, namespace));
  for (const sample of samples) {
    if (isForNode(sample)) await runModule(place(sample));
    if (sample.language === 'json') for (const line of lines(place(sample))) JSON.parse(line);
  }
  return ada;
}

const isForNode = (sample: Sample): boolean =>
  sample.language === 'js' && !isForBrowser(sample) && !isForServer(sample);

/** Parses a JSON sample: one document, or one per line as in a log. */
const lines = (json: string): string[] =>
  json.startsWith('{"time"') ? json.trim().split('\n') : [json];

test(`the samples of ${PROTOCOLS} run unchanged, and its clients share one store`, async () => {
  const ada = await follow(PROTOCOLS);
  const device = await connectDevice(ada);
  const titles = { task1: { title: 'Learn TinyBase' }, task2: { title: 'Persist it' } };
  await expect.poll(() => device.store.getTable('tasks')).toEqual(titles);
  expect(await new HttpStore(ada).read('/tables')).toEqual({ tasks: titles });
});

/** test/moving/ follows its samples. */
const BACKUP = join('docs', 'backup.md');

const others = DOCUMENTS.filter((document) => ![PROTOCOLS, BACKUP].includes(document));

test.each(others)('the samples of %s run unchanged', async (document) => {
  await follow(document);
});

const languages = [
  '',
  'sh',
  'js',
  'jsx',
  'ts',
  'tsx',
  'vue',
  'svelte',
  'json',
  'http',
  'yaml',
  'mermaid',
];

test.each(SAMPLES)('the language of the sample at $document:$line is known', ({ language }) => {
  expect(languages).toContain(language);
});

test.each(SAMPLES.filter(isCommand))('the commands at $document:$line exist', ({ code }) => {
  for (const [, script = ''] of code.matchAll(/\bnpm run ([\w:]+)/g)) {
    expect(Object.keys(scripts)).toContain(script);
  }
  for (const [, program = ''] of code.matchAll(/\bnpx ([\w-]+)/g)) {
    expect(program in bin || existsSync(`node_modules/.bin/${program}`)).toBe(true);
  }
});
