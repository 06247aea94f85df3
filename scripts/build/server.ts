import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
import { BUILD_DASHBOARD, runNode } from '../../dev/run-node.ts';
import { folderOf, sourcesOf } from '../packages.ts';
import { buildCommand } from './command.ts';
import { compile, writeFiles } from './compile.ts';

const DIST = `${folderOf('server')}/dist`;
const ARGON2 = 'node_modules/@phi-ag/argon2';
const WASM = 'argon2.wasm';

/**
 * Leaves the WebAssembly module to the bundlers of Wrangler and PartyKit. PartyKit's finds it only
 * by a relative path. All scripts are one folder below it.
 */
const externalWasm: Plugin = {
  name: 'external-wasm',
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, () => ({ path: `../${WASM}`, external: true }));
  },
};

/** Bundles our own sources. Libraries stay imports, for the package manager of the app to install. */
export async function buildServer(): Promise<void> {
  const sources = Object.values(sourcesOf('server'));
  await build({
    entryPoints: sources,
    outdir: DIST,
    outbase: '.',
    chunkNames: 'shared/[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    external: ['cloudflare:*', 'node:*'],
    format: 'esm',
    target: 'es2022',
    plugins: [externalWasm],
    logLevel: 'warning',
  });
  await buildCommand('server', 'dist/command');
  await copyFile(`${ARGON2}/dist/${WASM}`, `${DIST}/${WASM}`);
  await copyFile(`${ARGON2}/LICENSE`, `${DIST}/${WASM}.LICENSE`);
  await buildDashboard();
  for (const [folder, config] of Object.entries(CONFIGS)) {
    const own = sources.filter((source) => source.startsWith(`${folder}/`));
    writeFiles(DIST, compile(own, config, 'declarations'));
  }
}

/** Libraries that are bundled in the dashboard. */
const IN_DASHBOARD = ['react', 'react-dom', 'scheduler', 'tinybase', 'uplot'];

/** Builds the operator's dashboard, for projects that serve its files. */
async function buildDashboard(): Promise<void> {
  const folder = `${DIST}/dashboard`;
  await runNode([...BUILD_DASHBOARD, folder]);
  await copyFile('demo/public/dashboard.txt', `${folder}/dashboard.txt`);
  const licenses = IN_DASHBOARD.map(async (name) => {
    return `${name}\n\n${await readFile(`node_modules/${name}/LICENSE`, 'utf8')}`;
  });
  await writeFile(`${folder}/LICENSES.txt`, (await Promise.all(licenses)).join('\n\n'));
}

/** The engines' types exclude each other. */
const CONFIGS = { party: 'tsconfig.json', worker: 'worker/tsconfig.json' };
