import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';
import { sourceOf } from '../packages.ts';

/** Files by their paths in the output folder. */
export type Files = Map<string, string>;

/** What `compile` writes of the sources. */
export type Output = 'scripts' | 'declarations';

/**
 * Compiles sources and everything of ours that they need, with the options of a tsconfig.json:
 * scripts, or only the declarations that the public ones import. Throws if it has errors.
 */
export function compile(entries: string[], config: string, output: Output): Files {
  const program = createProgram(entries, config, output);
  const files: Files = new Map();
  const visit = (source: string): void => {
    const path = outputOf(source, output);
    if (files.has(path)) return;
    files.set(path, emit(program, source));
    for (const specifier of importsIn(files.get(path)!)) {
      visit(sourceOf(normalize(join(dirname(path), specifier))));
    }
  };
  for (const entry of entries) visit(entry);
  return files;
}

function createProgram(entries: string[], config: string, output: Output): ts.Program {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const root = ts.sys.getCurrentDirectory();
  return ts.createProgram([...entries, 'src/wasm.d.ts'], {
    ...options,
    // `npm run check` checks the types.
    noCheck: true,
    noEmit: false,
    declaration: output === 'declarations',
    emitDeclarationOnly: output === 'declarations',
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: root,
  });
}

const FORMAT: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => '.',
  getNewLine: () => '\n',
};

/** Returns the one file that a source becomes. */
function emit(program: ts.Program, source: string): string {
  const file = program.getSourceFile(source);
  if (!file) throw new Error(`${source} is not part of the program`);
  let written = '';
  const { diagnostics } = program.emit(file, (_path, text) => {
    written = text;
  });
  const errors = [...program.getSyntacticDiagnostics(file), ...diagnostics];
  if (errors.length > 0) throw new Error(ts.formatDiagnostics(errors, FORMAT));
  return withoutSources(written);
}

/** TypeScript rewrites the extensions of imports in scripts, but not in declarations. */
const withoutSources = (text: string): string =>
  text.replace(/((?:from|import) ?\(?['"]\.[^'"]*)\.tsx?(?=['"])/g, '$1.js');

const importsIn = (text: string): string[] =>
  [...text.matchAll(/(?:from|import) ?\(?['"](\.[^'"]*\.js)['"]/g)].map(([, path = '']) => path);

const outputOf = (source: string, output: Output): string =>
  source.replace(/\.tsx?$/, output === 'declarations' ? '.d.ts' : '.js');

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
