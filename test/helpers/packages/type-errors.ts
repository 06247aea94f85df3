import { join } from 'node:path';
import ts from 'typescript';

/** How TypeScript can resolve the exports of a package. */
export const RESOLUTIONS = ['bundler', 'node16', 'nodenext'] as const;

type Resolution = (typeof RESOLUTIONS)[number];

const MODULES: Record<Resolution, ts.CompilerOptions> = {
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  node16: { module: ts.ModuleKind.Node16 },
  nodenext: { module: ts.ModuleKind.NodeNext },
};

export interface App {
  /** The folder with its node_modules. */
  folder: string;
  files: string[];
  /** The packages with global types. */
  types: string[];
  /** The names of TypeScript's own declarations, such as `lib.dom.d.ts`. */
  lib: string[];
}

/** Returns what TypeScript reports about an app and about all declarations that it imports. */
export function typeErrors({ folder, files, types, lib }: App, resolution: Resolution): string[] {
  const options: ts.CompilerOptions = {
    ...MODULES[resolution],
    target: ts.ScriptTarget.ES2022,
    jsx: ts.JsxEmit.ReactJSX,
    strict: true,
    skipLibCheck: false,
    // TypeScript's own declarations take most of the time.
    skipDefaultLibCheck: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types,
    lib,
  };
  const host = { ...sharingHost(options), getCurrentDirectory: () => folder };
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    options,
    host,
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${describe(messageText)}`);
}

const describe = (message: string | ts.DiagnosticMessageChain): string =>
  ts.flattenDiagnosticMessageText(message, '\n');

/** Parsed files of all programs. Parsing takes half of the time. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function sharingHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getSourceFile(path, version, ...more) {
      const format = typeof version === 'object' ? version.impliedNodeFormat : undefined;
      const key = `${path} ${format}`;
      if (!parsed.has(key)) parsed.set(key, host.getSourceFile(path, version, ...more));
      return parsed.get(key);
    },
  };
}
