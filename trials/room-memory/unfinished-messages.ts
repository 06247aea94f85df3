import { MemoryRoom, type MemorySocket } from '../../test/helpers/in-memory/rooms/memory-room.ts';

/**
 * Runs as a separate process, so that its heap can be limited. Every device sends 15 of 16
 * fragments of 1 MB. It prints the devices' close codes. Its argument is the number of devices.
 */

export interface CloseCodes {
  codes: (number | null)[];
}

const TEXT = 'x'.repeat(1_000_000);

async function sendUnfinished(room: MemoryRoom, socket: MemorySocket): Promise<number | null> {
  for (let index = 0; index < 15; index++) {
    // A new string for each frame, as from a socket: it shares no memory with the last one.
    const frame = Buffer.from(['', '0123456789abcdef', index, 16, TEXT].join('\n')).toString();
    await room.deliver(socket, frame);
  }
  return socket.closed?.code ?? null;
}

const room = await new MemoryRoom({ MAX_DEVICES: 0 }).start();
const codes: CloseCodes['codes'] = [];
for (let count = 0; count < Number(process.argv[2]); count++) {
  codes.push(await sendUnfinished(room, await room.open()));
}
process.stdout.write(`\n${JSON.stringify({ codes } satisfies CloseCodes)}`);
