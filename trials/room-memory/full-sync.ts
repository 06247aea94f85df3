import { getHlcFunctions } from 'tinybase/common';
import { textStream } from '../../src/room/text-stream.ts';
import { MemoryRoom, writtenBy } from '../../test/helpers/in-memory/memory-room.ts';
import type { MemoryStorage } from '../../test/helpers/in-memory/memory-storage.ts';
import { OutsideStorage } from './outside-storage.ts';

/**
 * A program of its own, so that its heap can be limited: sends as many rows of four cells as its
 * argument says to a room, by manual sync and twice, and prints what was answered.
 */

export interface Synced {
  status: number;
  /** Bytes of what was sent, and of what was answered. */
  sent: number;
  received: number;
}

const CELLS = ['a', 'b', 'c', 'd'];
const [, , encodeHlc] = getHlcFunctions('sender');
const HLC = encodeHlc(Date.UTC(2026, 0), 0);

/** Its hashes are wrong; a room computes its own. */
function* bodyText(rows: number): Generator<string> {
  yield '{"mergeableContent":[[{"t":[{';
  for (let row = 0; row < rows; row++) {
    const cells = CELLS.map((id) => `"${id}":["${`${row} ${id}`.padEnd(80)}","${HLC}",0]`);
    yield `${row > 0 ? ',' : ''}"${row}":[{${cells.join(',')}},"",0]`;
  }
  yield '},"",0]},"",0],[{},"",0]]}';
}

async function sync(room: MemoryRoom, rows: number): Promise<Synced> {
  let sent = 0;
  for (const text of bodyText(rows)) sent += text.length;
  const init = {
    method: 'POST',
    headers: writtenBy(),
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
const room = await new MemoryRoom({}, new OutsideStorage() as unknown as MemoryStorage).start();
process.stdout.write(JSON.stringify([await sync(room, rows), await sync(room, rows)]));
