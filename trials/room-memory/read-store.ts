import { readConfig } from '../../src/config/config.ts';
import { PATH_HEADER } from '../../src/operations/proven-access.ts';
import type { Connection, RoomStorage } from '../../src/platform.ts';
import { ContentRequest } from '../../src/room/content/content-request.ts';
import { Document } from '../../src/room/content/document.ts';
import { Devices } from '../../src/room/devices.ts';
import { storeRoutes } from '../../src/room/http/store-routes.ts';
import { PersisterBridge } from '../../src/room/persister/persister-bridge.ts';
import { refuseNobody } from '../../src/room/refusals/refusal.ts';
import { fill, type StoreShape } from './fill-store.ts';
import { OffHeapStorage } from './off-heap-storage.ts';

/**
 * Runs as a separate process, so that its heap can be limited. It fills a store, reads it by each
 * protocol except the synchronizer's, and prints the lengths. Its argument is a `StoreShape`.
 */

/** Bytes of the HTTP bodies, and characters of the persister's first frames. */
export type ReadLengths = Record<'plain' | 'persisted' | 'greeted', number>;

async function lengthOf(response: Response): Promise<number> {
  let length = 0;
  for await (const chunk of response.body! as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
  }
  return length;
}

async function run(shape: StoreShape): Promise<ReadLengths> {
  const storage = new OffHeapStorage() as unknown as RoomStorage;
  const document = new Document(storage, shape.maxBytes, () => undefined, fail);
  fill(document, shape);
  const persister = new PersisterBridge(document, new Devices({ config: readConfig({}) } as never));
  const headers = { [PATH_HEADER]: '' };
  const incoming = (path: string) =>
    new ContentRequest(new Request(`http://room/${path}`, { headers }), 0, {
      holds: fail,
      refusalOf: refuseNobody,
    });
  const plain = await storeRoutes(document, incoming('store'));
  if (!plain.ok) return fail(plain);
  const plainLength = await lengthOf(plain.value);
  const persisted = await persister.request(incoming('partykit-store'));
  if (!persisted.ok) return fail(persisted);
  const persistedLength = await lengthOf(persisted.value);
  let greeted = 0;
  persister.greet({ send: (frame: string) => (greeted += frame.length) } as unknown as Connection);
  return { plain: plainLength, persisted: persistedLength, greeted };
}

function fail(reason: unknown): never {
  throw reason;
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2]!) as StoreShape)));
