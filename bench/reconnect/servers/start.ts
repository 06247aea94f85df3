import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DevOptions, startDevServer } from '../../../dev/dev-server.ts';
import { freePort } from '../../../dev/free-port.ts';
import { UNLIMITED } from '../../sync/servers/start.ts';

const config = (path: string): DevOptions => ({
  config: new URL(path, import.meta.url).pathname,
});

/** All run on Wrangler, so that they have the same engine and the same limit for frames. */
const OPTIONS = {
  // A heartbeat during a measurement would be counted.
  tinyhost: { vars: { ...UNLIMITED, HEARTBEAT_SECONDS: 3_600 } },
  tinybase: config('../../sync/servers/tinybase-durable-object/wrangler.json'),
  yjs: config('y-partyserver/wrangler.json'),
} satisfies Record<string, DevOptions>;

export type ServerKind = keyof typeof OPTIONS;

/** A server whose URL stays the same when it restarts. */
export interface Server {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  url: string;
  /** Stops it gracefully and starts it again with the same storage. All its rooms then sleep. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server that stores in a new subfolder of `folder`. */
export async function startServer(kind: ServerKind, folder: string): Promise<Server> {
  const persist = await mkdtemp(join(folder, 'tinyhost-bench-'));
  const port = await freePort();
  const start = () => startDevServer('workers', { persist, port, ...OPTIONS[kind] });
  let server = await start();
  return {
    url: server.url,
    restart: async () => {
      await server.stop();
      server = await start();
    },
    stop: async () => {
      await server.stop();
      await rm(persist, { recursive: true, force: true });
    },
  };
}
