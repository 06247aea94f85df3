import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../src/platform.ts';
import { BUILD_PAGE, runNode } from './run-node.ts';

export interface DevOptions {
  /** Where rooms are kept; a temporary folder, removed on stop, if not given. */
  persist?: string;
  /** That of a server that ran before; a free one if not given. */
  port?: number;
  vars?: Record<string, string | number>;
  /** What `/health` answers once it is up; 200 if not given. */
  status?: number;
  /** The address it listens on; that of loopback if not given. */
  host?: string;
  /** Another project's partykit.json or wrangler.json. */
  config?: string;
}

/** A `partykit dev` or `wrangler dev` of the test's own. */
export interface DevServer {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  url: string;
  /** The root of its process tree. */
  pid: number;
  /** What it printed so far. */
  output(): string;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it and its workerd at once, as a power cut would. */
  kill(): Promise<void>;
}

export async function startDevServer(
  engine: Engine,
  { vars = {}, ...options }: DevOptions,
): Promise<DevServer> {
  const port = options.port ?? (await freePort());
  const temporary = options.persist ? undefined : await mkdtemp(join(tmpdir(), 'tinyhost-'));
  const persist = options.persist ?? temporary!;
  const project = options.config ? ['--config', options.config] : await ownPage(engine, persist);
  const host = options.host ? [HOST_OPTION[engine], options.host] : [];
  const command = [...COMMANDS[engine](`${port}`, persist, vars), ...project, ...host];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that one signal reaches workerd too.
    detached: true,
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
  await untilUp(url, options.status ?? 200, child, () => output);
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

/**
 * The page that `wrangler dev` serves: a copy for each server, since Wrangler starts its worker
 * anew when anyone touches the files.
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
    ...['dev/partykit.mjs', '--port', port, '--persist', persist],
    ...['--no-hotkeys', '--disable-request-cf-fetch'],
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
  ],
  workers: (port, persist, vars) => [
    ...['node_modules/wrangler/bin/wrangler.js', 'dev', '--port', port, '--persist-to', persist],
    ...['--inspector-port', '0', '--show-interactive-dev-session=false'],
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ],
};

const HOST_OPTION: Record<Engine, string> = { partykit: '--host', workers: '--ip' };

/** Keeps Wrangler from asking the internet for what no test needs. */
const OFFLINE = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };

async function untilUp(
  url: string,
  status: number,
  child: ChildProcess,
  output: () => string,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGTERM');
  throw new Error(`the dev server did not come up:\n${output()}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address!.port : 0));
    });
  });
}
