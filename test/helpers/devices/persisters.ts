import PartySocket from 'partysocket';
import { createStore, type Store } from 'tinybase';
import { createPartyKitPersister } from 'tinybase/persisters/persister-partykit-client';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { session, type User } from '../requests/users.ts';

/** A client that uses TinyBase's PartyKit persister. */
export interface PersistedDevice {
  store: Store;
  socket: PartySocket;
  /** All received frames except those that contain only the heartbeat. */
  frames: string[];
}

/** Returns the URL where such a client loads its store and saves its first content. */
export async function persisterUrl(user: User): Promise<string> {
  const { user: account } = await session(user);
  const path = `/parties/user/${account.durable_object_name}/store`;
  return `${user.url}${path}?sessionUuid=${user.session_uuid}`;
}

/** Opens the socket of such a client. It reconnects by itself until the test ends. */
export async function openPersisterSocket(user: User): Promise<PartySocket> {
  const { user: account } = await session(user);
  const socket = new PartySocket({
    host: new URL(user.url).host,
    party: 'user',
    room: account.durable_object_name,
    query: { sessionUuid: user.session_uuid, protocol: 'partykit' },
    WebSocket,
  });
  onTestFinished(() => socket.close());
  return socket;
}

/** Connects such a client with automatic load and save. */
export async function connectPersister(
  user: User,
  store = createStore(),
): Promise<PersistedDevice> {
  const socket = await openPersisterSocket(user);
  const frames: string[] = [];
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    if (!/^s\[\{\},\{"heartbeat":"[^"]+"\},1\]$/.test(data)) frames.push(data);
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const persister = createPartyKitPersister(store, socket, {
    storeProtocol: 'http',
    storePath: `/store?sessionUuid=${user.session_uuid}`,
  });
  await persister.startAutoPersisting();
  onTestFinished(async () => {
    await persister.destroy();
  });
  return { store, socket, frames };
}
