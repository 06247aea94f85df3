import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';

/** Files by their paths in the output folder. */
export type Files = Map<string, string>;

const FORMAT: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => '.',
  getNewLine: () => '\n',
};

/**
 * Compiles the sources and everything that they import, with the options of a tsconfig.json. Throws
 * if it has errors.
 */
export function compile(sources: string[], config: string, more: ts.CompilerOptions = {}): Files {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const root = ts.sys.getCurrentDirectory();
  const program = ts.createProgram([...sources, 'src/wasm.d.ts'], {
    ...options,
    noEmit: false,
    declaration: true,
    // `npm run check` checks the types.
    noCheck: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: root,
    ...more,
  });
  const files: Files = new Map();
  const { diagnostics } = program.emit(undefined, (path, text) => {
    files.set(path.slice(root.length + 1), path.endsWith('.d.ts') ? withoutSources(text) : text);
  });
  const errors = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (errors.length > 0) throw new Error(ts.formatDiagnostics(errors, FORMAT));
  return files;
}

/** TypeScript rewrites the extensions of imports in JavaScript, but not in declarations. */
const withoutSources = (declarations: string): string =>
  declarations.replace(/((?:from|import) ?\(?['"]\.[^'"]*)\.tsx?(?=['"])/g, '$1.js');

/** The declarations that the public ones need: everything that their imports reach. */
export function reachable(files: Files, entries: string[]): Files {
  const reached: Files = new Map();
  const visit = (path: string): void => {
    const text = files.get(path);
    if (text === undefined) throw new Error(`there are no declarations ${path}`);
    if (reached.has(path)) return;
    reached.set(path, text);
    for (const [, specifier = ''] of text.matchAll(/(?:from|import) ?\(?['"](\.[^'"]*)\.js['"]/g)) {
      visit(normalize(join(dirname(path), `${specifier}.d.ts`)));
    }
  };
  for (const entry of entries) visit(entry);
  return reached;
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** The path of the declarations of a source. */
export const declarationsOf = (source: string): string => source.replace(/\.tsx?$/, '.d.ts');
