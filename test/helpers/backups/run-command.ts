import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { OPERATOR_KEY } from '../../../src/edge/openapi/examples.ts';

/** How often a killed command may need to show that it has begun, and the pause between looks. */
const LOOK_MS = 10;

export interface Finished {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs `npx tinyhost` from its sources, without a terminal. */
export async function tinyhost(
  args: string[],
  { env = {}, until }: { env?: Record<string, string>; until?: () => boolean } = {},
): Promise<Finished> {
  const command = ['--import', 'tsx', 'packages/server/src/index.ts', ...args];
  const child = spawn(process.execPath, command, {
    env: { ...process.env, TINYHOST_KEY: OPERATOR_KEY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const finished: Finished = { code: null, output: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    finished.output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    finished.errors += chunk;
  });
  const looking = setInterval(() => until?.() && child.kill('SIGKILL'), LOOK_MS);
  const [code] = await once(child, 'close');
  clearInterval(looking);
  return { ...finished, code };
}

/** Runs the command and kills it as soon as it has written this file. */
export const killedAfter = (
  file: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Finished> => tinyhost(args, { env, until: () => existsSync(file) });
