import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { expect, test } from 'vitest';

/**
 * A page at a local network address is not a secure context and lacks many APIs. TypeScript's DOM
 * declarations document which.
 */
function namesInSecureContexts(): Set<string> {
  const path = ts.getDefaultLibFilePath({}).replace(/lib\.d\.ts$/, 'lib.dom.d.ts');
  const { statements } = parse(path);
  const interfaces = statements.filter(ts.isInterfaceDeclaration);
  const marked = new Set(interfaces.filter(isMarked).map(({ name }) => name.text));
  const members = interfaces
    .filter(({ name }) => /^(Crypto|Navigator\w*|WindowOrWorkerGlobalScope)$/.test(name.text))
    .flatMap((declaration) => [...declaration.members])
    .filter((member) => isMarked(member) || marked.has(typeOf(member)));
  return new Set(members.map(({ name }) => name?.getText() ?? ''));
}

/** Returns whether its documentation says that it needs a secure context. */
const isMarked = (node: ts.Node): boolean =>
  ts.getJSDocCommentsAndTags(node).some((tag) => /secure contexts/i.test(tag.getText()));

const typeOf = (member: ts.TypeElement): string =>
  ts.isPropertySignature(member) ? (member.type?.getText() ?? '') : '';

function parse(path: string, text = ts.sys.readFile(path)!): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

const SECURE_ONLY = namesInSecureContexts();

/**
 * Finds the members of `navigator`, `crypto` or the global object that are used unconditionally.
 */
function unguardedUses(node: ts.Node): string[] {
  const uses: string[] = [];
  const isUse =
    ts.isPropertyAccessExpression(node) &&
    /(^|\.)(navigator|crypto|globalThis|window|self)$/.test(node.expression.getText()) &&
    SECURE_ONLY.has(node.name.text) &&
    needs(node);
  if (isUse && !isGuarded(node, node.name.text)) uses.push(node.getText());
  ts.forEachChild(node, (child) => void uses.push(...unguardedUses(child)));
  return uses;
}

/** Returns whether it is called or accessed as if it existed. */
const needs = ({ parent }: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(parent) || ts.isCallExpression(parent)) &&
  !parent.questionDotToken;

/** Returns whether a surrounding condition tests it. */
function isGuarded(node: ts.Node, name: string): boolean {
  const { parent } = node;
  if (!parent) return false;
  const condition = conditionOf(parent);
  if (condition !== node && condition?.getText().includes(name)) return true;
  return isGuarded(parent, name);
}

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node)) return node.condition;
  if (!ts.isBinaryExpression(node)) return undefined;
  const isAnd = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  return isAnd ? node.left : undefined;
}

/** Returns files and, recursively, their imports within the project. */
function withImports(files: string[], known = new Set<string>()): Set<string> {
  for (const file of files.filter((file) => !known.has(file))) {
    known.add(file);
    const imports = ts.preProcessFile(ts.sys.readFile(file) ?? '').importedFiles;
    const own = imports.filter(({ fileName }) => /^\..*\.tsx?$/.test(fileName));
    withImports(
      own.map(({ fileName }) => join(dirname(file), fileName)),
      known,
    );
  }
  return known;
}

test('the client and the page test for APIs of secure contexts before they use them', () => {
  const files = ['client', 'demo'].flatMap((folder) =>
    ts.sys.readDirectory(folder, ['.ts', '.tsx']).map((file) => file.slice(file.indexOf(folder))),
  );
  const sources = [...withImports(files)];
  expect(sources).toContain('src/protocol/frame.ts');
  const uses = sources.flatMap((file) =>
    unguardedUses(parse(file)).map((use) => `${file}: ${use}`),
  );
  expect(uses).toEqual([]);
});

test.each([
  'crypto.randomUUID()',
  "globalThis.crypto.subtle.digest('SHA-256', data)",
  "navigator.locks.request('a', run)",
  "navigator.serviceWorker.register('/worker.js')",
  'navigator.storage.persist()',
  "window.caches.open('a')",
  "if (ready) navigator.clipboard.writeText('a')",
  'if (navigator.canShare({})) stop()',
  "crypto.randomUUID() + 'a'",
])('%s is found', (source) => {
  expect(unguardedUses(parse('sample.ts', source))).toHaveLength(1);
});

test.each([
  'navigator.locks?.query()',
  'navigator.share?.({})',
  "if (globalThis.navigator?.serviceWorker) navigator.serviceWorker.register('/worker.js')",
  'navigator.storage && navigator.storage.persist()',
  'crypto.randomUUID ? crypto.randomUUID() : getUniqueId()',
  'crypto.getRandomValues(new Uint8Array(8))',
])('%s is allowed', (source) => {
  expect(unguardedUses(parse('sample.ts', source))).toEqual([]);
});
