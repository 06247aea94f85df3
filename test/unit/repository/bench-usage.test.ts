import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readCount, readNames, readOptions, UsageError } from '../../../bench/usage.ts';

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the bench as `npm run bench` does. */
async function bench(...args: string[]): Promise<Outcome> {
  const command = ['node_modules/tsx/dist/cli.mjs', 'bench/run.ts', ...args];
  return promisify(execFile)(process.execPath, command).then(
    (output) => ({ code: 0, ...output }),
    (failure: Outcome) => failure,
  );
}

test.each([
  { args: ['--help'], lists: ['client', 'sync', 'auth'] },
  { args: ['sync', '--help'], lists: ['--rounds', '--only', '--store'] },
  { args: ['auth', '--help'], lists: ['--rounds', '--only', '--seconds'] },
  { args: ['reconnect', '--help'], lists: ['--rounds', '--rows', '--changes', '--only'] },
  { args: ['wake', '--help'], lists: ['--rounds', '--rows', '--only'] },
  { args: ['client', '--help'], lists: ['no options'] },
  { args: ['backup', '--help'], lists: ['--rounds', '--accounts', '--only'] },
])('$args lists the options and measures nothing', async ({ args, lists }) => {
  const { code, stdout } = await bench(...args);
  expect(code).toBe(0);
  for (const word of lists) expect(stdout).toContain(word);
});

test.each([
  { args: ['nonsense'] },
  { args: ['__proto__'] },
  { args: ['client', '--nonsense'] },
  { args: ['sync', '--rounds', 'many'] },
  { args: ['sync', '--store', '/no/such/folder'] },
  { args: ['auth', '--only', 'nobody'] },
  { args: ['reconnect', '--rows', 'none'] },
  { args: ['wake', '--only', 'yjs'] },
])('$args is refused with a message and without a stack trace', async ({ args }) => {
  const { code, stderr } = await bench(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(args.at(-1));
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('names are parsed one by one, and an absent option selects all of them', () => {
  expect(readNames('only', 'b, a', ['a', 'b', 'c'])).toEqual(['b', 'a']);
  expect(readNames('only', undefined, ['a', 'b'])).toEqual(['a', 'b']);
});

test.each(['0', '-1', '1.5', '', 'NaN', 'Infinity'])('%j is not a count', (text) => {
  expect(() => readCount('rounds', text)).toThrow(UsageError);
});

test('an option without its value is refused', () => {
  const options = { only: { type: 'string' } } as const;
  expect(() => readOptions(['--only'], options)).toThrow(UsageError);
});
