import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** The URLs of both services in the document. */
export const SERVICE = 'http://127.0.0.1:1999';
export const DRILL = 'http://127.0.0.1:8788';

const DEADLINE_MS = 100_000;

/** The commands of the section, as a reader copies them. */
function commands(): string {
  const page = readFileSync('docs/backup.md', 'utf8');
  const section = page.split('## The restore drill')[1]!.split('\n## ')[0]!;
  const samples = [...section.matchAll(/^ *```sh\n(.*?)^ *```$/gms)];
  return samples.map(([, code = '']) => code).join('\n');
}

/**
 * Runs the commands of the restore drill in a folder, with other URLs, and returns what they print.
 * Rejects if one of them fails.
 */
export async function followDrill(folder: string, urls: Record<string, string>): Promise<string> {
  let script = commands();
  for (const [documented, actual] of Object.entries(urls)) {
    script = script.replaceAll(documented, actual);
  }
  const prologue = [
    'set -euo pipefail',
    'npx() { shift; node --import "$TSX" "$COMMAND" "$@"; }',
    'curl() { node "$CURL_IN_NODE" "$@"; }',
  ];
  const env = {
    ...process.env,
    TSX: import.meta.resolve('tsx'),
    COMMAND: resolve('packages/server/src/index.ts'),
    CURL_IN_NODE: resolve('test/helpers/browser/curl.mjs'),
  };
  const options = { cwd: folder, env, timeout: DEADLINE_MS };
  const text = [...prologue, script].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['-c', text], options);
  return stdout;
}
