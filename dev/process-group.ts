import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program and its descendants, which one signal reaches. */
export interface ProcessGroup {
  /** The process that began the group. */
  pid: number;
  /** Everything that the group has printed to stdout and stderr. */
  output(): string;
  /** Whether the program itself still runs. */
  isRunning(): boolean;
  /** Stops it gracefully, with SIGTERM; with SIGKILL if it still runs after 10 seconds. */
  stop(): Promise<void>;
  /** Kills all its processes at once, with SIGKILL. */
  kill(): Promise<void>;
}

/**
 * Kills the group as soon as file descriptor 3 closes. That happens when this process ends, even if
 * a signal ends it, as Vitest ends its workers. It has to leave the output to the program.
 */
const GUARD = '(cat <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$@" 3<&-';

const STOP_MS = 10_000;

/**
 * Runs a program that ends with this process at the latest. When the program ends, its descendants are
 * killed.
 */
export function startGroup(
  command: string[],
  options: { cwd?: string | undefined; env?: NodeJS.ProcessEnv } = {},
): ProcessGroup {
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', ...command], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid!;
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const ended = once(child, 'exit').then(() => signalGroup(pid, 'SIGKILL'));
  const end = async (signal: NodeJS.Signals) => {
    if (isRunning()) signalGroup(pid, signal);
    await ended;
  };
  return {
    pid,
    output: () => output,
    isRunning,
    kill: () => end('SIGKILL'),
    async stop() {
      const late = setTimeout(() => end('SIGKILL'), STOP_MS);
      await end('SIGTERM');
      clearTimeout(late);
    },
  };
}

/** Does nothing if no process of the group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
