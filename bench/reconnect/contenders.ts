import { pause } from '../sync/pause.ts';
import { openAccount } from '../sync/servers/account.ts';
import type { Device } from './devices/device.ts';
import { tinyBaseDevice } from './devices/tinybase-device.ts';
import { tinyHostRoom } from './devices/tinyhost-device.ts';
import { yjsDevice } from './devices/yjs-device.ts';
import type { ServerKind } from './servers/start.ts';

/** A client and the server that it is used with. */
export interface Contender {
  title: string;
  server: ServerKind;
  /** Creates an empty room. Returns a function that creates devices of it. */
  newRoom(url: string): Promise<() => Promise<Device>>;
}

/** TinyBase's Durable Object merges nothing in its first second. */
const SETTLE_MS = 1_200;

const socketUrl = (url: string): string => url.replace('http', 'ws');

export const CONTENDERS = {
  tinyhost: { title: "TinyHost's client", server: 'tinyhost', newRoom: tinyHostRoom },
  plain: {
    title: "TinyBase's client on TinyHost",
    server: 'tinyhost',
    newRoom: async (url) => {
      const path = await openAccount(url);
      return async () => tinyBaseDevice(socketUrl(url) + path);
    },
  },
  tinybase: {
    title: "TinyBase's client and Durable Object",
    server: 'tinybase',
    newRoom: async (url) => {
      const path = `/${crypto.randomUUID()}`;
      await fetch(url + path);
      await pause(SETTLE_MS);
      return async () => tinyBaseDevice(socketUrl(url) + path);
    },
  },
  yjs: {
    title: 'Yjs on y-partyserver',
    server: 'yjs',
    newRoom: async (url) => {
      const room = crypto.randomUUID();
      return async () => yjsDevice(url, room);
    },
  },
} satisfies Record<string, Contender>;

export type ContenderName = keyof typeof CONTENDERS;
export const CONTENDER_NAMES = Object.keys(CONTENDERS) as ContenderName[];
