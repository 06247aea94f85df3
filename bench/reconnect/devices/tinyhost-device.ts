import { createMergeableStore } from 'tinybase';
import { createClient } from '../../../client/index.ts';
import { countingSocket, Traffic } from './counting-socket.ts';
import type { Device } from './device.ts';
import { storeTable } from './store-table.ts';

const PASSWORD = 'an untroubled passphrase for benches';
/** In the response to a device that has come back. */
const COMPLETE = '"complete":[';

/** Creates an account. Returns a function that signs in one more of its devices. */
export async function tinyHostRoom(url: string): Promise<() => Promise<Device>> {
  const credentials = { email: `${crypto.randomUUID()}@example.com`, password: PASSWORD };
  const namespace = 'bench';
  await createClient({ url, namespace, storage: null }).signUp(credentials);
  return async () => {
    const traffic = new Traffic();
    const WebSocket = countingSocket(traffic);
    const client = createClient({ url, namespace, storage: null, WebSocket });
    await client.signIn(credentials);
    const store = createMergeableStore();
    const connection = client.connect(store);
    connection.pause();
    const link = {
      connect: async () => connection.resume(),
      disconnect: async () => {
        connection.pause();
        await traffic.end();
      },
      saved: () => connection.saved(),
      acknowledged: () => untilMessage(traffic, COMPLETE),
      close: () => connection.close(),
    };
    return { table: storeTable(store), link, traffic };
  };
}

/** Resolves when the server sends a message that contains `text`. */
function untilMessage(traffic: Traffic, text: string): Promise<void> {
  return new Promise((resolve) => {
    traffic.onMessage = (message) => {
      if (message.includes(text)) resolve();
    };
  });
}
