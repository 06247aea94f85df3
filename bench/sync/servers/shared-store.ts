import type { Room, Server } from '../server.ts';
import { ask, openSession } from './account.ts';

/** A shared store and the sessions of its members. The first one is its owner. */
export interface SharedStore {
  /** The path of the store. */
  path: string;
  sessions: readonly string[];
}

/** Signs up `count` new users, and returns the tokens of their sessions. */
export async function openSessions({ url }: Server, count: number): Promise<string[]> {
  const sessions: string[] = [];
  while (sessions.length < count) sessions.push(await openSession(url));
  return sessions;
}

/** Creates a store that these users share. Only our server has such stores. */
export async function openSharedStore(
  { url }: Server,
  sessions: readonly string[],
): Promise<SharedStore> {
  const [owner, ...others] = sessions;
  const { store } = await ask<{ store: string }>(`${url}/bench/stores`, { name: 'Bench' }, owner);
  const path = `/bench/stores/${store}`;
  const invitation = { role: 'editor', uses: others.length };
  const { token } = await ask<{ token: string }>(`${url}${path}/invitations`, invitation, owner);
  for (const other of others) await ask(`${url}/bench/accept-invitation`, { token }, other);
  return { path, sessions };
}

/** The `ws://` URL for a device of a member. */
export const memberUrl = ({ url }: Server, { path }: SharedStore, session: string): string =>
  `${url.replace('http', 'ws')}${path}/ws?sessionUuid=${session}`;

/** The store as a room: each device that opens its URL belongs to the next member. */
export function sharedRoom(server: Server, store: SharedStore): Room {
  const { sessions } = store;
  let devices = 0;
  return { url: () => memberUrl(server, store, sessions[devices++ % sessions.length]!) };
}
