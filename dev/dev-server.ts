import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Engine } from '../src/platform.ts';
import { freePort } from './free-port.ts';
import { type ProcessGroup, startGroup } from './process-group.ts';
import { BUILD_DASHBOARD, BUILD_PAGE, runNode } from './run-node.ts';

export interface DevOptions {
  /** The folder for room storage. By default a temporary folder that is removed on stop. */
  persist?: string;
  /** By default a free port. */
  port?: number;
  /** By default, there are all namespaces. */
  vars?: Record<string, string | number>;
  /** The status of `/health` that means the server is up. By default 200. */
  status?: number;
  /** The address that it listens on. By default 127.0.0.1. */
  host?: string;
  /** Another project's partykit.json or wrangler.json. */
  config?: string;
  /** The folder of another project, with a configuration of its own. */
  project?: string;
  /** The path before the routes of the service. By default none. */
  basePath?: string;
  /** Kills the server if it aborts before the server is up. */
  signal?: AbortSignal;
}

/** A running `partykit dev` or `wrangler dev`. */
export interface DevServer {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  url: string;
  /** The root of its process tree. */
  pid: number;
  /** Everything that it has printed to stdout and stderr. */
  output(): string;
  /** Stops it gracefully, with SIGTERM. */
  stop(): Promise<void>;
  /** Kills it and its workerd with SIGKILL, to simulate a power cut. */
  kill(): Promise<void>;
}

/** Tests and benchmarks create namespaces of their own. */
export const DEFAULT_VARS = { NAMESPACES: '*' };

/** Starts an engine's dev server, and resolves as soon as it answers. Rejects after a minute. */
export async function startDevServer(
  engine: Engine,
  { signal, ...options }: DevOptions,
): Promise<DevServer> {
  const vars = { ...DEFAULT_VARS, ...options.vars };
  const port = options.port ?? (await freePort());
  const temporary = options.persist ? undefined : await mkdtemp(join(tmpdir(), 'tinyhost-'));
  const persist = options.persist ?? temporary!;
  let group: ProcessGroup | undefined;
  const end = async (how: 'stop' | 'kill') => {
    await group?.[how]();
    if (temporary) await rm(temporary, { recursive: true, force: true });
  };
  try {
    const project = await configure(engine, persist, options);
    signal?.throwIfAborted();
    const host = options.host ? [HOST_OPTION[engine], options.host] : [];
    const command = [...COMMANDS[engine](`${port}`, persist, vars), ...project, ...host];
    const env = { ...process.env, ...OFFLINE };
    group = startGroup([process.execPath, ...command], { cwd: options.project, env });
    signal?.addEventListener('abort', group.kill);
    const url = `http://127.0.0.1:${port}`;
    await untilUp(`${url}${options.basePath ?? ''}/health`, options.status ?? 200, group);
    signal?.removeEventListener('abort', group.kill);
    const { pid, output } = group;
    return { url, pid, output, stop: () => end('stop'), kill: () => end('kill') };
  } catch (error) {
    await end('kill');
    throw error;
  }
}

/** The options that select the project. */
async function configure(engine: Engine, persist: string, options: DevOptions): Promise<string[]> {
  if (options.project) return [];
  return options.config ? ['--config', options.config] : ownPage(engine, persist);
}

/**
 * Copies the page for this server. Wrangler restarts its worker when a served file changes, and
 * another server's build would change shared files.
 */
async function ownPage(engine: Engine, persist: string): Promise<string[]> {
  if (engine === 'partykit') return [];
  const folder = join(persist, 'page');
  await cp('demo/public', folder, { recursive: true });
  await Promise.all([
    runNode([...BUILD_PAGE, join(folder, 'assets')]),
    runNode([...BUILD_DASHBOARD, join(folder, 'assets/dashboard')]),
  ]);
  return ['--assets', folder];
}

type Command = (port: string, persist: string, vars: NonNullable<DevOptions['vars']>) => string[];

const COMMANDS: Record<Engine, Command> = {
  partykit: (port, persist, vars) => [
    ...[resolve('packages/server/bin/partykit-dev.mjs'), '--port', port, '--persist', persist],
    ...['--no-hotkeys', '--disable-request-cf-fetch'],
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
  ],
  workers: (port, persist, vars) => [
    ...[resolve('node_modules/wrangler/bin/wrangler.js'), 'dev'],
    ...['--port', port, '--persist-to', persist],
    ...['--inspector-port', '0', '--show-interactive-dev-session=false'],
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ],
};

const HOST_OPTION: Record<Engine, string> = { partykit: '--host', workers: '--ip' };

/** Disables Wrangler's requests to the internet. */
const OFFLINE = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };

const UP_MS = 60_000;

async function untilUp(url: string, status: number, group: ProcessGroup): Promise<void> {
  const deadline = AbortSignal.timeout(UP_MS);
  // The server may close a kept connection just as the next request uses it.
  const options = { signal: deadline, headers: { Connection: 'close' } };
  while (!deadline.aborted && group.isRunning()) {
    const response = await fetch(url, options).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the dev server did not come up:\n${group.output()}`);
}
