import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** What npm says about a tarball that it has made. */
export interface PackReport {
  integrity: string;
  shasum: string;
  files: { path: string; size: number; mode: number }[];
}

/**
 * Runs `npm publish --dry-run` in the folder of a built package, against a registry that has no
 * package, and returns what npm would upload. Throws if npm uploads anything.
 */
export async function dryPublish(folder: string): Promise<PackReport> {
  const methods: string[] = [];
  const registry = createServer(({ method = '' }, response) => {
    methods.push(method);
    response.writeHead(404).end('{}');
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const options = ['--dry-run', '--ignore-scripts', '--json'];
  const address = ['--registry', `http://127.0.0.1:${port}`];
  const { stdout } = await promisify(execFile)('npm', ['publish', ...options, ...address], {
    cwd: folder,
    timeout: 60_000,
  }).finally(() => registry.close());
  const uploads = methods.filter((method) => method !== 'GET');
  if (uploads.length > 0) throw new Error(`npm sent ${uploads.join()}`);
  const report = JSON.parse(stdout) as PackReport | Record<string, PackReport>;
  // Since version 11 npm reports packages by their names.
  return 'files' in report ? (report as PackReport) : Object.values(report)[0]!;
}
