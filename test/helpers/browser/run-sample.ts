import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

/** The timeout of a sample in milliseconds. */
const DEADLINE = 20_000;
const LAST_LINE = 'the sample ran to its last line';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const CURL = hasCurl
  ? 'command curl --silent --show-error --fail-with-body'
  : 'node "$CURL_IN_NODE"';

/** Runs a shell script, in which a refused request also fails. Throws with its output. */
export async function runShell(script: string, variables: Record<string, string>): Promise<void> {
  const prologue = `set -euo pipefail\ncurl() { ${CURL} "$@"; }\n`;
  const CURL_IN_NODE = resolve('test/helpers/browser/curl.mjs');
  const env = { ...process.env, ...variables, CURL_IN_NODE };
  await untilLastLine(spawn('bash', ['-c', `${prologue}${script}\necho "${LAST_LINE}"`], { env }));
}

/**
 * Runs a module on this Node.js until its last line. It can import the packages of the project. Its
 * clients continue to synchronize until the test ends.
 */
export async function runModule(code: string): Promise<void> {
  const folder = resolve('node_modules/.cache', `sample-${crypto.randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'sample.mjs');
  await writeFile(file, `${code}\nconsole.log('${LAST_LINE}');\n`);
  const program = spawn(process.execPath, [file]);
  onTestFinished(async () => {
    program.kill();
    await rm(folder, { recursive: true });
  });
  await untilLastLine(program);
}

async function untilLastLine(program: ChildProcess): Promise<void> {
  let output = '';
  const ran = new Promise<void>((done) => {
    for (const stream of [program.stdout!, program.stderr!]) {
      stream.on('data', (text) => {
        output += text;
        if (output.includes(LAST_LINE)) done();
      });
    }
  });
  const late = AbortSignal.timeout(DEADLINE);
  await Promise.race([ran, once(program, 'close', { signal: late }).catch(() => undefined)]);
  if (output.includes(LAST_LINE)) return;
  program.kill();
  throw new Error(`the sample did not run to its last line:\n${output}`);
}
