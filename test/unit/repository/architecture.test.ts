import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const FOLDERS = [
  'party',
  'worker',
  'src',
  'client',
  'demo',
  'test',
  'trials',
  'bench',
  'dev',
  'scripts',
  'packages/create-tinyhost',
];
const MAX_LINES = 300;
const MAX_ADAPTER_LINES = 80;

const lines = new Map(
  FOLDERS.flatMap(filesIn).map((file) => [file, read(file).split('\n').length]),
);
describe('source files', () => {
  it(`have no more than ${MAX_LINES} lines`, () => {
    expect([...lines].filter(([, count]) => count > MAX_LINES)).toEqual([]);
  });

  it(`that are engine adapters have no more than ${MAX_ADAPTER_LINES}`, () => {
    const adapters = [...lines].filter(([file]) => /^(party|worker)\//.test(file));
    expect(adapters.length).toBe(14);
    expect(adapters.filter(([, count]) => count > MAX_ADAPTER_LINES)).toEqual([]);
  });
});

describe('engine adapters', () => {
  it('translate and decide nothing', () => {
    const deciding = [...lines.keys()]
      .filter((file) => /^(party|worker)\//.test(file))
      .flatMap((file) =>
        decisionsIn(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)),
      );
    // The one exception: PartyKit does not give its stubs to a room that an alarm woke.
    expect(deciding).toEqual([
      'if (!this.#host.rooms()) setTimeout(() => this.#discardInstance());',
    ]);
  });
});

/** Returns the lines with branches and loops. */
function decisionsIn(node: ts.Node): string[] {
  const decides =
    ts.isIfStatement(node) ||
    ts.isConditionalExpression(node) ||
    ts.isSwitchStatement(node) ||
    ts.isIterationStatement(node, false);
  const inner: string[] = [];
  ts.forEachChild(node, (child) => {
    inner.push(...decisionsIn(child));
  });
  return decides ? [node.getText(), ...inner] : inner;
}

function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
