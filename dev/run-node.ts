import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The command that builds the page, into an optional folder argument. */
export const BUILD_PAGE = ['node_modules/tsx/dist/cli.mjs', 'demo/build.ts'];

/** The command that builds the operator's dashboard, into an optional folder argument. */
export const BUILD_DASHBOARD = ['node_modules/tsx/dist/cli.mjs', 'dashboard/build.ts'];

/** Runs a Node.js program until it exits. Throws with its output if it fails. */
export async function runNode(args: string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} failed:\n${output}`);
}
