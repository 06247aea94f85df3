import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DevOptions {
  /** Where rooms are kept; a temporary folder, removed on stop, if not given. */
  persist?: string;
  vars?: Record<string, string | number>;
}

/** A `partykit dev` of the test's own. */
export interface DevServer {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  url: string;
  /** What it printed so far. */
  output(): string;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it and its workerd at once, as a power cut would. */
  kill(): Promise<void>;
}

export async function startPartykitDev(options: DevOptions = {}): Promise<DevServer> {
  const port = await freePort();
  const temporary = options.persist ? undefined : await mkdtemp(join(tmpdir(), 'tinyhost-'));
  const persist = options.persist ?? temporary!;
  const vars = Object.entries(options.vars ?? {}).flatMap(([name, value]) => [
    '--var',
    `${name}=${value}`,
  ]);
  const child = spawn(
    process.execPath,
    [
      'node_modules/partykit/dist/bin.mjs',
      'dev',
      ...['--port', `${port}`, '--persist', persist, '--no-hotkeys', '--disable-request-cf-fetch'],
      ...vars,
    ],
    // A process group of its own, so that one signal reaches workerd too.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const killGroup = () => process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', killGroup);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url, child, () => output);
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
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

async function untilHealthy(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGTERM');
  throw new Error(`partykit dev did not come up:\n${output()}`);
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
