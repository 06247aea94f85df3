import { createMergeableStore, type MergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../requests/eventually.ts';
import type { User } from '../requests/users.ts';

/** A device of a user: a store that is synchronized through a socket. */
export interface Device {
  store: MergeableStore;
  socket: WebSocket;
  /** Resolves with the code and reason of the close frame. */
  closed: Promise<{ code: number; reason: string }>;
  disconnect(): Promise<void>;
}

export interface DeviceOptions {
  store?: MergeableStore;
  /**
   * The fragment size in bytes. By default frames are not fragmented, as in the client of the API
   * document.
   */
  fragmentSize?: number;
}

export const socketUrl = (user: User): string =>
  `${user.url.replace('http', 'ws')}/${user.namespace}/ws?sessionUuid=${user.session_uuid}`;

/** Connects a TinyBase client as the API document shows it, until the test ends. */
export async function connectDevice(user: User, options: DeviceOptions = {}): Promise<Device> {
  const store = options.store ?? createMergeableStore();
  const socket = new WebSocket(socketUrl(user));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  const synchronizer = await createWsSynchronizer(
    store,
    socket,
    5,
    undefined,
    undefined,
    undefined,
    options.fragmentSize,
  );
  await synchronizer.startSync();
  const disconnect = async () => {
    await synchronizer.destroy();
    await closed;
  };
  onTestFinished(disconnect);
  return { store, socket, closed, disconnect };
}

/** Resolves when all devices have the same hashes, and so the same content. */
export async function untilAlike(...devices: Pick<Device, 'store'>[]): Promise<void> {
  const hashes = () => devices.map(({ store }) => store.getMergeableContentHashes().join());
  await eventually(() => expect(new Set(hashes()).size).toBe(1));
}
