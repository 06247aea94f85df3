import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findTarget } from '../../../packages/create-tinyhost/src/target.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tinyhost-create-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('an app has the name of its folder, which need not exist', () => {
  const folder = emptyFolder();
  const expected = { folder: join(folder, 'apps', 'todo-2'), name: 'todo-2' };
  expect(findTarget(folder, 'apps/todo-2')).toEqual(expected);
  expect(findTarget(join(folder, 'apps', 'todo-2'), '.')).toEqual(expected);
  expect(findTarget('/', expected.folder)).toEqual(expected);
});

test.each([
  ['My App!', 'such as "my-app"'],
  ['-todo', 'such as "todo"'],
  ['todo-', 'such as "todo"'],
  ['todo_list', 'such as "todo-list"'],
  ['täsk', 'such as "t-sk"'],
  ['x'.repeat(64), `such as "${'x'.repeat(63)}"`],
  ['api', 'no reserved word'],
  ['parties', 'no reserved word'],
  ['src', 'no reserved word'],
  ['/', 'cannot be the name'],
  ['日本', 'cannot be the name'],
])('the name %j is refused', (directory, message) => {
  expect(findTarget(emptyFolder(), directory)).toMatchObject({
    message: expect.stringContaining(message),
  });
});

test('a folder with files is refused, and so is a file', () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'todo'));
  writeFileSync(join(folder, 'todo', 'notes.txt'), '');
  writeFileSync(join(folder, 'notes'), '');
  const refused = (message: string) => ({ message });
  expect(findTarget(folder, 'todo')).toEqual(refused('the folder "todo" is not empty'));
  expect(findTarget(folder, 'notes')).toEqual(refused('"notes" is a file'));
});

test('a folder with a Git repository and nothing else counts as empty', () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'todo', '.git'), { recursive: true });
  expect(findTarget(folder, 'todo')).toEqual({ folder: join(folder, 'todo'), name: 'todo' });
});
