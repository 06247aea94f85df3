import { getHlcFunctions } from 'tinybase/common';
import { textStream } from '../../src/room/text-stream.ts';
import { MemoryRoom, writerHeaders } from '../../test/helpers/in-memory/rooms/memory-room.ts';
import type { MemoryStorage } from '../../test/helpers/in-memory/storage/memory-storage.ts';
import { OffHeapStorage } from './off-heap-storage.ts';

/**
 * Runs as a separate process, so that its heap can be limited. It sends rows of four cells to a
 * room by manual sync, twice, and prints the results. Its argument is the number of rows.
 */

export interface SyncResult {
  status: number;
  /** Body sizes in bytes. */
  sent: number;
  received: number;
}

const CELLS = ['a', 'b', 'c', 'd'];
const [, , encodeHlc] = getHlcFunctions('sender');
const HLC = encodeHlc(Date.UTC(2026, 0), 0);

/** The hashes are 0, because a room computes its own. */
function* bodyText(rows: number): Generator<string> {
  yield '{"mergeableContent":[[{"t":[{';
  for (let row = 0; row < rows; row++) {
    const cells = CELLS.map((id) => `"${id}":["${`${row} ${id}`.padEnd(80)}","${HLC}",0]`);
    yield `${row > 0 ? ',' : ''}"${row}":[{${cells.join(',')}},"",0]`;
  }
  yield '},"",0]},"",0],[{},"",0]]}';
}

async function sync(room: MemoryRoom, rows: number): Promise<SyncResult> {
  let sent = 0;
  for (const text of bodyText(rows)) sent += text.length;
  const init = {
    method: 'POST',
    headers: writerHeaders(),
    body: textStream(bodyText(rows)),
    duplex: 'half',
  };
  const response = await room.room.request(new Request('http://room/manual-sync', init));
  let received = 0;
  for await (const chunk of response.body! as unknown as AsyncIterable<Uint8Array>) {
    received += chunk.length;
  }
  return { status: response.status, sent, received };
}

const rows = Number(process.argv[2]);
const room = await new MemoryRoom({}, new OffHeapStorage() as unknown as MemoryStorage).start();
process.stdout.write(JSON.stringify([await sync(room, rows), await sync(room, rows)]));
