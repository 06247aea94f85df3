import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Engine } from '../src/platform.ts';
import { BUILD_PAGE, runNode } from './run-node.ts';

export interface DevOptions {
  /** The folder for room storage. By default a temporary folder that is removed on stop. */
  persist?: string;
  /** By default a free port. */
  port?: number;
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

export async function startDevServer(
  engine: Engine,
  { vars = {}, ...options }: DevOptions,
): Promise<DevServer> {
  const port = options.port ?? (await freePort());
  const temporary = options.persist ? undefined : await mkdtemp(join(tmpdir(), 'tinyhost-'));
  const persist = options.persist ?? temporary!;
  const project = await configure(engine, persist, options);
  const host = options.host ? [HOST_OPTION[engine], options.host] : [];
  const command = [...COMMANDS[engine](`${port}`, persist, vars), ...project, ...host];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group lets one signal reach workerd too.
    detached: true,
    cwd: options.project,
    env: { ...process.env, ...OFFLINE },
  });
  const killGroup = () => process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', killGroup);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const health = `${url}${options.basePath ?? ''}/health`;
  await untilUp(health, options.status ?? 200, child, () => output);
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    process.off('exit', killGroup);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      process.kill(-child.pid!, signal);
      await ended;
    }
    if (temporary) await rm(temporary, { recursive: true, force: true });
  };
  return {
    url,
    pid: child.pid!,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
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
  await runNode([...BUILD_PAGE, join(folder, 'assets')]);
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

async function untilUp(
  url: string,
  status: number,
  child: ChildProcess,
  output: () => string,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGTERM');
  throw new Error(`the dev server did not come up:\n${output()}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address!.port : 0));
    });
  });
}
