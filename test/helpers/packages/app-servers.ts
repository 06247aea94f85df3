import { basename, join } from 'node:path';
import { freePort } from '../../../dev/free-port.ts';
import { startGroup } from '../../../dev/process-group.ts';
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

/** Lets pages of other apps use the server of an app. */
export const addNamespaces = (app: string, platform: keyof typeof CONFIG, others: string[]) =>
  edit(
    join(app, CONFIG[platform]),
    `"NAMESPACES": "${basename(app)}"`,
    `"NAMESPACES": "${[basename(app), ...others]}"`,
  );

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

async function start(app: string, port: number, command: string[]): Promise<AppServer> {
  const group = startGroup(command, { cwd: app, env: { ...process.env, ...OFFLINE } });
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && group.isRunning()) {
    // Tools colour the port.
    const plain = group.output().replace(COLOURS, '');
    const url = /Local: +(http:\/\/localhost:\d+)/.exec(plain)?.[1];
    if (url && (await answers(`http://127.0.0.1:${port}/health`))) {
      return { url, port, pid: group.pid, stop: group.stop };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await group.kill();
  throw new Error(`the app did not start:\n${group.output()}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const COLOURS = /\u001b\[[\d;]*m/g;

/** Disables Wrangler's requests to the internet. */
const OFFLINE = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };

/** The first answer can take long on a busy machine. */
const ANSWER_MS = 30_000;

const answers = async (url: string): Promise<boolean> =>
  (await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => undefined))?.ok ===
  true;
