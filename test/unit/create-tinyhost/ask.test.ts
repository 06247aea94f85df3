import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ask } from '../../../packages/create-tinyhost/src/ask.ts';
import { type Flags, parseFlags } from '../../../packages/create-tinyhost/src/flags.ts';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CANCEL = '\u0003';

/** Asks for what the flags leave open. `keys` are what the user presses at each question. */
async function answer(args: string[], keys: Record<string, string[]>) {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked: string[] = [];
  output.on('data', (text) => {
    const question = Object.keys(keys).find((name) => `${text}`.includes(name));
    if (question === undefined || asked.includes(question)) return;
    asked.push(question);
    setImmediate(() => keys[question]!.forEach((key) => void input.write(key)));
  });
  const answers = await ask('/apps', parseFlags(args) as Flags, { input, output });
  return { answers, asked };
}

test('the user is asked for the folder, the framework and the platform', async () => {
  const { answers } = await answer([], {
    'Where?': ['t', 'o', 'd', 'o', ENTER],
    'Which framework?': [DOWN, ENTER],
    'Which platform?': [DOWN, ENTER],
  });
  const target = { folder: '/apps/todo', name: 'todo' };
  expect(answers).toEqual({ target, framework: 'vue', platform: 'workers' });
});

test('the user is not asked for what a flag says', async () => {
  const keys = { 'Where?': [ENTER], 'Which framework?': [ENTER], 'Which platform?': [ENTER] };
  expect((await answer(['todo', '-f', 'solid'], keys)).asked).toEqual(['Which platform?']);
  expect((await answer(['todo', '-f', 'solid', '-p', 'workers'], keys)).asked).toEqual([]);
});

test('without an answer the folder is the one that the question proposes', async () => {
  const { answers } = await answer(['-f', 'react', '-p', 'workers'], { 'Where?': [ENTER] });
  expect(answers).toMatchObject({ target: { name: 'tinyhost-app' } });
});

test.each(['Where?', 'Which framework?', 'Which platform?'])(
  'the user can cancel at the question %j',
  async (question) => {
    const keys = { 'Where?': [ENTER], 'Which framework?': [ENTER], 'Which platform?': [ENTER] };
    const { answers, asked } = await answer([], { ...keys, [question]: [CANCEL] });
    expect(answers).toBeUndefined();
    expect(asked.at(-1)).toBe(question);
  },
);
