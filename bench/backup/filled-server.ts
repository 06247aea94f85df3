import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DevServer, startDevServer } from '../../dev/dev-server.ts';
import { main } from '../../packages/server/src/main.ts';
import { OPERATOR_KEY } from '../../src/edge/openapi/examples.ts';
import type { Engine } from '../../src/platform.ts';
import { writeLargeBackup } from '../../test/helpers/backups/large-backup.ts';
import type { Room } from '../sync/server.ts';
import { openAccount } from '../sync/servers/account.ts';
import { UNLIMITED } from '../sync/servers/start.ts';

/** A server with a namespace full of accounts, and a user who edits. */
export interface FilledServer {
  url: string;
  /** The room of the user. */
  room: Room;
  stop(): Promise<void>;
}

/** Starts a server that stores in a new subfolder of `folder`, and imports accounts of 10 kB each. */
export async function startFilled(
  engine: Engine,
  folder: string,
  accounts: number,
): Promise<FilledServer> {
  const own = await mkdtemp(join(folder, 'tinyhost-bench-'));
  const vars = { ...UNLIMITED, OPERATOR_KEY };
  let server: DevServer | undefined;
  const stop = async () => {
    await server?.stop();
    await rm(own, { recursive: true, force: true });
  };
  try {
    server = await startDevServer(engine, { persist: join(own, 'storage'), vars });
    const file = join(own, 'filling.ndjson');
    await writeLargeBackup(file, 'bench', accounts);
    await importFile(server.url, file);
    const path = await openAccount(server.url);
    const socketUrl = server.url.replace('http', 'ws') + path;
    return { url: server.url, room: { url: () => socketUrl }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function importFile(url: string, file: string): Promise<void> {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const exitCode = await main(['import', '--url', url, '--file', file], {
    env: { TINYHOST_KEY: OPERATOR_KEY },
    output: undefined,
    print,
    printError: print,
  });
  if (exitCode !== 0) throw new Error(`the import failed: ${printed.join('\n')}`);
}
