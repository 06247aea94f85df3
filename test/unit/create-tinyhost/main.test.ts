import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../../../packages/create-tinyhost/src/main.ts';

/** Runs the command in an empty folder, without a terminal. */
async function run(args: string[], prepare?: (cwd: string) => void) {
  const cwd = mkdtempSync(join(tmpdir(), 'tinyhost-create-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  prepare?.(cwd);
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await main(args, {
    cwd,
    dialogue: undefined,
    print: (text) => printed.push(text),
    printError: (text) => errors.push(text),
  });
  return { cwd, code, output: printed.join('\n'), errors: errors.join('\n') };
}

test('without a terminal and without flags it creates a React app for PartyKit', async () => {
  const { cwd, code, output } = await run([]);
  expect(code).toBe(0);
  expect(output).toContain('cd tinyhost-app\n  npm install\n  npm run dev');
  expect(existsSync(join(cwd, 'tinyhost-app', 'src', 'App.tsx'))).toBe(true);
  expect(existsSync(join(cwd, 'tinyhost-app', 'partykit.json'))).toBe(true);
});

test('the name of the app is its namespace, its title and the name of its deployment', async () => {
  const { cwd } = await run(['todo', '-f', 'vanilla', '-p', 'workers']);
  const read = (file: string) => readFileSync(join(cwd, 'todo', file), 'utf8');
  expect(read('src/tinyhost.ts')).toContain("namespace: 'todo'");
  expect(read('index.html')).toContain('<title>todo</title>');
  expect(read('wrangler.jsonc')).toContain('"name": "todo"');
  expect(read('wrangler.jsonc')).toContain('"NAMESPACES": "todo"');
  expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'todo', private: true });
  expect(read('.gitignore')).toContain('node_modules/');
});

test('an app for PartyKit has its namespace in development and in each deployment', async () => {
  const { cwd } = await run(['todo', '-f', 'vanilla', '-p', 'partykit']);
  const read = (file: string) => JSON.parse(readFileSync(join(cwd, 'todo', file), 'utf8'));
  expect(read('partykit.json').vars.NAMESPACES).toBe('todo');
  expect(read('package.json').scripts.deploy).toMatch(/ --var NAMESPACES=todo$/);
});

test.each([
  ['an unknown flag', ['todo', '--fast'], "Unknown option '--fast'"],
  ['an unknown framework', ['todo', '--framework=angular'], 'one of react, vue'],
  ['a bad name', ['Todo'], 'such as "todo"'],
  ['a reserved name', ['api'], 'no reserved word'],
])('%s has exit code 2, a message, and writes nothing', async (_, args, message) => {
  const { cwd, code, output, errors } = await run(args);
  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(errors).toContain(message);
  expect(readdirSync(cwd)).toEqual([]);
});

test('an error of the file system is a message, not a stack trace', async () => {
  const { code, errors } = await run(['apps/todo'], (cwd) => writeFileSync(join(cwd, 'apps'), ''));
  expect(code).toBe(1);
  expect(errors).toMatch(/^create-tinyhost: E[A-Z]+: .+ '.*todo/);
  expect(errors).not.toContain('\n');
});

test('--help lists every choice, and --version is the version of the package', async () => {
  const help = await run(['--help']);
  expect(help.code).toBe(0);
  for (const choice of ['react', 'vue', 'svelte', 'solid', 'vanilla', 'partykit', 'workers'])
    expect(help.output).toContain(choice);
  const manifest = readFileSync('packages/create-tinyhost/package.json', 'utf8');
  expect((await run(['-v'])).output).toBe((JSON.parse(manifest) as { version: string }).version);
});
