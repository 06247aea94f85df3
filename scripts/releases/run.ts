import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { ReleaseError } from './options.ts';

/** Runs Git, and returns what it prints. */
export async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args);
  return stdout.trimEnd();
}

/** Runs npm in view of the user. Throws a ReleaseError if it fails. */
export async function npm(...args: string[]): Promise<void> {
  const [code] = await once(spawn('npm', args, { stdio: 'inherit' }), 'close');
  if (code !== 0) throw new ReleaseError(`npm ${args.join(' ')} failed`);
}
