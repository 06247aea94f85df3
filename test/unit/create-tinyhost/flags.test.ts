import { expect, test } from 'vitest';
import { parseFlags } from '../../../packages/create-tinyhost/src/flags.ts';

test('flags name the framework and the platform, in long and short form', () => {
  const expected = { directory: 'todo', framework: 'vue', platform: 'workers' };
  const long = parseFlags(['todo', '--framework', 'vue', '--platform', 'workers']);
  expect(long).toMatchObject(expected);
  expect(parseFlags(['-f', 'vue', '-p', 'workers', 'todo'])).toEqual(long);
  expect(parseFlags(['--framework=vue', '--platform=workers', '--', 'todo'])).toEqual(long);
});

test('what has no flag is left open', () => {
  expect(parseFlags([])).toEqual({
    directory: undefined,
    framework: undefined,
    platform: undefined,
    help: false,
    version: false,
  });
});

test.each([
  [['--colour'], "Unknown option '--colour'"],
  [['-x'], "Unknown option '-x'"],
  [['--framework'], "Option '-f, --framework <value>' argument missing"],
  [['--help=yes'], "Option '-h, --help' does not take an argument"],
  [['one', 'two'], 'expected one directory, not 2: one two'],
  [
    ['--framework', 'angular'],
    '--framework has to be one of react, vue, svelte, solid, vanilla, not "angular"',
  ],
  [['--framework', 'toString'], /^--framework has to be one of/],
  [['--platform', 'Workers'], '--platform has to be one of partykit, workers, not "Workers"'],
  [['--platform', ''], /^--platform has to be one of/],
])('%j is refused with its reason', (args, message) => {
  expect(parseFlags(args)).toMatchObject({
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});
