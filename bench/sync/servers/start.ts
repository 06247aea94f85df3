import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DevServer, startDevServer } from '../../../dev/dev-server.ts';
import { pause } from '../pause.ts';
import type { Server, ServerName } from '../server.ts';
import { openAccount } from './account.ts';

/** Disables our limits, so that only the server's speed limits a raw client. */
export const UNLIMITED = {
  MAX_DEVICES: 0,
  MAX_FRAMES_PER_SECOND: 0,
  MAX_STORE_BYTES: 0,
  MAX_STORES: 0,
  AUTH_REQUESTS_PER_MINUTE: 0,
};

const here = (path: string): string => new URL(path, import.meta.url).pathname;

export type ServerVariant =
  | ServerName
  | 'ours-without-accounts'
  | 'ours-counting-keys'
  | 'ours-without-history';

/** Each function starts a server that stores in a new subfolder of `folder`. */
export const STARTERS: Record<ServerVariant, (folder: string) => Promise<Server>> = {
  'durable-object': (folder) => withStorage(folder, startWrangler, settledRoom),
  node: startNode,
  relay: (folder) => startPartyWithStorage(folder, 'relay'),
  'durable-relay': (folder) => startPartyWithStorage(folder, 'durable-relay'),
  ours: (folder) => startOurs(folder, {}),
  'ours-without-history': (folder) => startOurs(folder, { HISTORY_DAYS: 0 }),
  'ours-without-accounts': (folder) => startPartyWithStorage(folder, 'room'),
  'ours-counting-keys': (folder) => startPartyWithStorage(folder, 'room', { COUNT_KEYS: 'on' }),
};

const startOurs = (folder: string, vars: object): Promise<Server> =>
  withStorage(
    folder,
    (persist) => startDevServer('partykit', { persist, vars: { ...UNLIMITED, ...vars } }),
    async (server) => {
      const path = await openAccount(server().url);
      return { url: () => socketUrl(server(), path) };
    },
  );

const startPartyWithStorage = (folder: string, name: string, vars = {}): Promise<Server> =>
  withStorage(folder, (persist) => startParty(persist, name, vars), namedRoom('/parties/main/'));

const startParty = (persist: string, name: string, vars: object): Promise<DevServer> =>
  startDevServer('partykit', {
    persist,
    config: here(`${name}/partykit.json`),
    vars: { ...UNLIMITED, ...vars },
  });

const startWrangler = (persist: string): Promise<DevServer> =>
  startDevServer('workers', { persist, config: here('tinybase-durable-object/wrangler.json') });

type NewRoom = (server: () => DevServer) => ReturnType<Server['newRoom']>;

const namedRoom =
  (path: string): NewRoom =>
  async (server) => {
    const name = crypto.randomUUID();
    return { url: () => socketUrl(server(), path + name) };
  };

/**
 * TinyBase's Durable Object requests the content from its devices when it starts. It merges
 * nothing until this request times out after a second, because no device is connected yet.
 */
const settledRoom: NewRoom = async (server) => {
  const room = await namedRoom('/')(server);
  await fetch(room.url().replace('ws', 'http'));
  await pause(1_200);
  return room;
};

const socketUrl = (server: DevServer, path: string): string =>
  server.url.replace('http', 'ws') + path;

/** Starts a server with its own storage folder, and removes the folder when the server stops. */
async function withStorage(
  folder: string,
  start: (persist: string) => Promise<DevServer>,
  newRoom: NewRoom,
): Promise<Server> {
  const persist = await mkdtemp(join(folder, 'tinyhost-bench-'));
  let server = await start(persist);
  return {
    get pid() {
      return server.pid;
    },
    get url() {
      return server.url;
    },
    newRoom: () => newRoom(() => server),
    restart: async () => {
      await server.stop();
      server = await start(persist);
    },
    stop: async () => {
      await server.stop();
      await rm(persist, { recursive: true, force: true });
    },
  };
}

async function startNode(): Promise<Server> {
  let { child, port } = await forkNode();
  return {
    get pid() {
      return child.pid!;
    },
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    newRoom: async () => {
      const name = crypto.randomUUID();
      return { url: () => `ws://127.0.0.1:${port}/${name}` };
    },
    restart: async () => {
      child.kill();
      ({ child, port } = await forkNode());
    },
    stop: async () => {
      child.kill();
    },
  };
}

async function forkNode(): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(here('tinybase-node.ts'));
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}
