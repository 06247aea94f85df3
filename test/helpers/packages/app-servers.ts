import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../../dev/dev-server.ts';
import { edit } from './created-apps.ts';

/** What an app's server of development is found by. */
export interface AppServer {
  /** The URL of the page. */
  url: string;
  /** The port of TinyHost behind it. */
  port: number;
  /** The root of its process tree. */
  pid: number;
  stop(): Promise<void>;
}

/** The port in the templates, which may be in use on this machine. */
const PORT = '1999';

const CONFIG = { partykit: 'partykit.json', workers: 'wrangler.jsonc' };

/** Runs `npm run dev` of an app, until TinyHost answers through the page's origin. */
export async function runDev(app: string, platform: keyof typeof CONFIG): Promise<AppServer> {
  const port = await freePort();
  await edit(join(app, CONFIG[platform]), PORT, `${port}`);
  await edit(join(app, 'vite.config.ts'), PORT, `${port}`);
  return start(app, port, ['npm', 'run', 'dev']);
}

/** Runs only the page of an app, with TinyHost at a port. */
export async function runPage(app: string, port: number): Promise<AppServer> {
  await edit(join(app, 'vite.config.ts'), PORT, `${port}`);
  return start(app, port, ['npm', 'exec', 'vite']);
}

async function start(app: string, port: number, [command, ...args]: string[]): Promise<AppServer> {
  const child = spawn(command!, args, {
    cwd: app,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group lets one signal reach all processes.
    detached: true,
    env: { ...process.env, ...OFFLINE },
  });
  const killGroup = () => process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', killGroup);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const stop = async () => {
    process.off('exit', killGroup);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid!, 'SIGTERM');
    await ended;
  };
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null) {
    // Tools colour the port.
    const plain = output.replace(COLOURS, '');
    const url = /Local: +(http:\/\/localhost:\d+)/.exec(plain)?.[1];
    if (url && (await answers(`http://127.0.0.1:${port}/health`)))
      return { url, port, pid: child.pid!, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`the app did not start:\n${output}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const COLOURS = /\u001b\[[\d;]*m/g;

/** Disables Wrangler's requests to the internet. */
const OFFLINE = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };

const answers = async (url: string): Promise<boolean> =>
  (await fetch(url).catch(() => undefined))?.ok === true;
