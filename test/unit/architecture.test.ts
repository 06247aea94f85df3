import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Which parts of the house each part may import from. */
const ARROWS: Record<string, string[]> = {
  party: ['edge', 'auth', 'room', 'common', 'protocol'],
  worker: ['edge', 'auth', 'room', 'common', 'protocol'],
  edge: ['common', 'protocol'],
  auth: ['common', 'protocol'],
  room: ['common', 'protocol'],
  common: ['protocol'],
  protocol: [],
  demo: ['client'],
  client: ['protocol'],
};

/** Libraries that belong to one part alone. */
const ENGINES: Record<string, string> = {
  partykit: 'party',
  partyserver: 'worker',
  'cloudflare:workers': 'worker',
};

const FOLDERS = ['party', 'worker', 'src', 'client', 'demo', 'test', 'bench'];
const MAX_LINES = 300;
const MAX_DOOR_LINES = 80;

const lines = new Map(
  FOLDERS.flatMap(filesIn).map((file) => [file, read(file).split('\n').length]),
);
const sources = [...lines.keys()].filter((file) => ARROWS[partOf(file)]);
const imports = new Map(sources.map((file) => [file, importsOf(file)]));
const ownImports = (file: string) => (imports.get(file) ?? []).filter((to) => lines.has(to));

describe('imports', () => {
  it('go one way through the house', () => {
    expect(sources.length).toBeGreaterThan(50);
    const wrong = sources.flatMap((from) =>
      ownImports(from)
        .filter((to) => partOf(to) !== partOf(from) && !ARROWS[partOf(from)]?.includes(partOf(to)))
        .map((to) => `${from} → ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it('form no cycle', () => {
    expect(findCycle(sources, ownImports)).toBeUndefined();
    const ring = { a: ['b'], b: ['c'], c: ['a'] } as Record<string, string[]>;
    expect(findCycle(['a'], (file) => ring[file] ?? [])).toEqual(['a', 'b', 'c', 'a']);
  });

  it('name an engine in its own doors only', () => {
    const named = sources.flatMap((file) =>
      (imports.get(file) ?? []).flatMap((to) => {
        const part = ENGINES[to.split('/')[0] ?? ''];
        return part && part !== partOf(file) ? [`${file} → ${to}`] : [];
      }),
    );
    expect(named).toEqual([]);
  });

  it('of the protocol are its own files', () => {
    const files = sources.filter((file) => partOf(file) === 'protocol');
    const foreign = files.flatMap((file) => imports.get(file)!.filter((to) => !lines.has(to)));
    expect(foreign).toEqual([]);
  });
});

describe('files', () => {
  it(`have no more than ${MAX_LINES} lines`, () => {
    expect([...lines].filter(([, count]) => count > MAX_LINES)).toEqual([]);
  });

  it(`that are doors have no more than ${MAX_DOOR_LINES}`, () => {
    const doors = [...lines].filter(([file]) => /^(party|worker)\//.test(file));
    expect(doors.length).toBe(8);
    expect(doors.filter(([, count]) => count > MAX_DOOR_LINES)).toEqual([]);
  });
});

describe('doors', () => {
  it('translate and decide nothing', () => {
    const deciding = sources
      .filter((file) => /^(party|worker)\//.test(file))
      .flatMap((file) =>
        decisionsIn(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)),
      );
    // The one exception: PartyKit keeps its stubs from a room that an alarm woke.
    expect(deciding).toEqual(['if (!this.#host.rooms()) setTimeout(() => this.#startAnew());']);
  });
});

/** The branches and loops of a file, as they are written. */
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

function partOf(file: string): string {
  const [folder = '', inner = ''] = file.split('/');
  if (folder !== 'src') return folder;
  return inner.endsWith('.ts') ? 'common' : inner;
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

/** What a file imports, types included: paths from the root for files, names for libraries. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(read(file), true, true);
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? join(dirname(file), fileName) : fileName,
  );
}

/** The first way that leads back to where it came from. */
function findCycle(files: string[], next: (file: string) => string[]): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of next(file)) {
      const cycle = walk(to, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}
