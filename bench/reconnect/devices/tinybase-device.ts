import { createMergeableStore, type MergeableStore } from 'tinybase';
import {
  createWsSynchronizer,
  type WsSynchronizer,
} from 'tinybase/synchronizers/synchronizer-ws-client';
import type { WebSocket } from 'ws';
import { pause } from '../../sync/pause.ts';
import { countingSocket, Traffic } from './counting-socket.ts';
import type { Device } from './device.ts';
import { storeTable } from './store-table.ts';

const REQUEST_TIMEOUT_SECONDS = 10;
/** TinyBase's Durable Object does not answer until it has read its content. */
const ANSWER_TIMEOUT_MS = 500;
const BETWEEN_REQUESTS_MS = 5;
/** A request to the server, and to nobody else, for its hashes. */
const HASHES_REQUEST = 'S\n["bench",1,""]';
const HASHES_RESPONSE = /\n\["bench",0,(.*)\]$/;

/** A device with TinyBase's own client. */
export function tinyBaseDevice(url: string): Device {
  const traffic = new Traffic();
  const Socket = countingSocket(traffic);
  const store = createMergeableStore();
  let synchronizer: WsSynchronizer<WebSocket> | undefined;
  const disconnect = async () => {
    await synchronizer?.destroy();
    synchronizer = undefined;
    await traffic.end();
  };
  const saved = async () => {
    while (!(await hasSameHashes(store, synchronizer!.getWebSocket(), traffic))) {
      await pause(BETWEEN_REQUESTS_MS);
    }
  };
  const link = {
    connect: async () => {
      synchronizer = await createWsSynchronizer(store, new Socket(url), REQUEST_TIMEOUT_SECONDS);
      void synchronizer.startSync();
    },
    disconnect,
    saved,
    acknowledged: saved,
    close: disconnect,
  };
  return { table: storeTable(store), link, traffic };
}

/** Whether the server has the content of the store. */
async function hasSameHashes(
  store: MergeableStore,
  socket: WebSocket,
  traffic: Traffic,
): Promise<boolean> {
  const answered = new Promise<string | undefined>((resolve) => {
    setTimeout(resolve, ANSWER_TIMEOUT_MS, undefined);
    traffic.onMessage = (message) => {
      const [, hashes] = HASHES_RESPONSE.exec(message.toString()) ?? [];
      if (hashes) resolve(hashes);
    };
  });
  socket.send(HASHES_REQUEST);
  const hashes = await answered;
  traffic.onMessage = () => undefined;
  return hashes === JSON.stringify(store.getMergeableContentHashes());
}
