import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/**
 * Packs a built package as `npm publish` does, into a folder, and returns the name of the tarball.
 * Scripts do not run, so that nothing is built twice.
 */
export async function pack(folder: string, destination: string): Promise<string> {
  const options = ['--ignore-scripts', '--json', '--pack-destination', resolve(destination)];
  const { stdout } = await promisify(execFile)('npm', ['pack', ...options], { cwd: folder });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  return packed.filename;
}
