import { VERSION } from './version.ts';

/** The parts of a package.json that a template may have. */
export interface Manifest {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  /** TinyBase and Wrangler 4.86 have optional peers that exclude each other. */
  overrides?: Record<string, Record<string, string>>;
}

/** All packages of TinyHost have one version. */
const TINYHOST = { tinyhost: `^${VERSION}`, 'tinyhost-client': `^${VERSION}` };

/** The order in which people look for scripts. */
const SCRIPTS = ['dev', 'dev:server', 'check', 'build', 'deploy'];

/** Returns the package.json of an app. Later parts replace entries of earlier ones. */
export function mergeManifests(name: string, parts: Manifest[]): Manifest & { name: string } {
  const merge = (field: Exclude<keyof Manifest, 'overrides'>): Record<string, string> =>
    Object.assign({}, ...parts.map((part) => part[field]));
  const scripts = merge('scripts');
  const overrides = parts.find((part) => part.overrides)?.overrides;
  return {
    name,
    ...{ private: true, type: 'module', engines: { node: '^20.19.0 || >=22.12.0' } },
    scripts: Object.fromEntries(SCRIPTS.map((script) => [script, scripts[script] ?? ''])),
    dependencies: sorted({ ...merge('dependencies'), ...TINYHOST }),
    devDependencies: sorted(merge('devDependencies')),
    ...(overrides && { overrides }),
  };
}

const sorted = (entries: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
