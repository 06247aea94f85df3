import { once } from 'node:events';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../server.ts';
import { bearer } from '../servers/account.ts';
import {
  memberUrl,
  openSessions,
  openSharedStore,
  type SharedStore,
} from '../servers/shared-store.ts';
import { type Client, openClient } from '../tinybase-client.ts';

const MEMBERS = 10;
const DEVICES_EACH = 10;

/** Opens the devices of all members, member by member. */
async function openDevices(server: Server, store: SharedStore): Promise<Client[][]> {
  const devices: Client[][] = [];
  for (const session of store.sessions) {
    const own: Client[] = [];
    while (own.length < DEVICES_EACH) {
      own.push(await openClient(memberUrl(server, store, session)));
    }
    devices.push(own);
  }
  return devices;
}

/** Milliseconds from the request that removes a member to the close of the member's last socket. */
async function timeRemoval(server: Server, store: SharedStore, removed: Client[]): Promise<number> {
  const url = `${server.url}${store.path}/members/${await idOf(server, store.sessions.at(-1)!)}`;
  const closed = Promise.all(removed.map(({ socket }) => once(socket, 'close')));
  const start = performance.now();
  const answered = fetch(url, { method: 'DELETE', headers: bearer(store.sessions[0]!) });
  const codes = (await closed).map(([code]) => code as number);
  const milliseconds = performance.now() - start;
  const { ok, status } = await answered;
  if (ok && codes.every((code) => code === CLOSE.notAMember.code)) return milliseconds;
  throw new Error(`no removal: response ${status}, close codes ${codes.join(', ')}`);
}

/** The id of the account of a session. */
async function idOf({ url }: Server, session: string): Promise<string> {
  const response = await fetch(`${url}/bench/session`, { headers: bearer(session) });
  const { user } = (await response.json()) as { user: { durable_object_name: string } };
  return user.durable_object_name;
}

/** How long the sockets of a removed member stay open. */
export const removal: Scenario<string[]> = {
  name: 'removal',
  servers: ['ours'],
  prepare: (server) => openSessions(server, MEMBERS),
  measure: async (server, sessions) => {
    const store = await openSharedStore(server, sessions);
    const devices = await openDevices(server, store);
    try {
      return { removal: await timeRemoval(server, store, devices.at(-1)!) };
    } finally {
      await Promise.all(devices.flat().map((device) => device.close()));
    }
  },
};
