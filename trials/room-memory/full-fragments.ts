import { MemoryRoom, type MemorySocket } from '../../test/helpers/in-memory/memory-room.ts';

/**
 * A program of its own, so that its heap can be limited: as many devices as its argument says send
 * 15 of 16 fragments of a megabyte each. It prints what they are closed with.
 */

export interface Unfinished {
  codes: (number | null)[];
}

const TEXT = 'x'.repeat(1_000_000);

async function leaveUnfinished(room: MemoryRoom, socket: MemorySocket): Promise<number | null> {
  for (let index = 0; index < 15; index++) {
    // As a socket brings it: one text that shares nothing with the last.
    const frame = Buffer.from(['', '0123456789abcdef', index, 16, TEXT].join('\n')).toString();
    await room.deliver(socket, frame);
  }
  return socket.closed?.code ?? null;
}

const room = await new MemoryRoom({ MAX_DEVICES: 0 }).start();
const codes: Unfinished['codes'] = [];
for (let count = 0; count < Number(process.argv[2]); count++) {
  codes.push(await leaveUnfinished(room, await room.open()));
}
process.stdout.write(`\n${JSON.stringify({ codes } satisfies Unfinished)}`);
