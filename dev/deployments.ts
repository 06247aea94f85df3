import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Miniflare, type SharedOptions, type WorkerOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import type { Engine } from '../src/platform.ts';
import { DEFAULT_VARS } from './dev-server.ts';
import { startPartykitPlatform } from './partykit-platform.ts';
import { BUILD_PAGE, runNode } from './run-node.ts';

/** The code that a deploy uploads, running on this machine. */
export interface Deployment {
  url: string;
  bundle: Bundle;
  /** Stops it and starts it again with the same storage. Sends no request. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Bundle {
  bytes: number;
  gzipBytes: number;
  /** Milliseconds from the start of the process to the first response. */
  startMs: number;
}

/** By default, there are all namespaces. An undefined variable is not set. */
type Vars = Record<string, string | number | undefined>;

/** Stores rooms in the folder `persist`; in memory if it is undefined. */
type Deploy = (vars: Vars, persist?: string) => Promise<Deployment>;

const settings = (vars: Vars): [name: string, value: string | number][] =>
  Object.entries({ ...DEFAULT_VARS, ...vars }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );

export const deployTo: Record<Engine, Deploy> = {
  async partykit(vars, persist) {
    const platform = await startPartykitPlatform();
    const args = settings(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
    const upload = await platform.deploy(...args);
    const { worker, code } = await platform.worker(upload);
    return boot({ ...worker, durableObjectsPersist: persist }, code, platform.stop);
  },
  async workers(vars, persist) {
    await runNode(BUILD_PAGE);
    const outdir = await mkdtemp(join(tmpdir(), 'tinyhost-deploy-'));
    const command = ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run'];
    await runNode([...command, '--outdir', outdir], { WRANGLER_SEND_METRICS: 'false' });
    const code = await readFile(join(outdir, 'main.js'), 'utf8');
    const modules = [
      { type: 'ESModule', path: 'main.js', contents: code } as const,
      ...(await readWasm(outdir)),
    ];
    await rm(outdir, { recursive: true, force: true });
    const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.jsonc');
    const bindings = { ...workerOptions.bindings, ...Object.fromEntries(settings(vars)) };
    const worker = { ...workerOptions, bindings, modules } as WorkerOptions;
    return boot({ ...worker, durableObjectsPersist: persist }, code);
  },
};

/** Reads the WebAssembly modules that Wrangler writes beside the code. */
async function readWasm(folder: string) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wasm'));
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return names.map(
    (path, index) => ({ type: 'CompiledWasm', path, contents: contents[index]! }) as const,
  );
}

/** Ignores the log. The tests of log lines run against the dev servers. */
function discard(...streams: Readable[]): void {
  for (const stream of streams) stream.resume();
}

async function boot(
  worker: WorkerOptions & Pick<SharedOptions, 'durableObjectsPersist'>,
  code: string,
  afterwards: () => Promise<void> = async () => undefined,
): Promise<Deployment> {
  const begin = performance.now();
  const options = { ...worker, host: '127.0.0.1', handleRuntimeStdio: discard };
  let miniflare = new Miniflare({ ...options, port: 0 });
  const { origin: url, port } = await miniflare.ready;
  await fetch(`${url}/health`);
  const startMs = Math.round(performance.now() - begin);
  const bundle = { bytes: Buffer.byteLength(code), gzipBytes: gzipSync(code).length, startMs };
  return {
    url,
    bundle,
    async restart() {
      await miniflare.dispose();
      miniflare = new Miniflare({ ...options, port: Number(port) });
      await miniflare.ready;
    },
    async stop() {
      await miniflare.dispose();
      await afterwards();
    },
  };
}
