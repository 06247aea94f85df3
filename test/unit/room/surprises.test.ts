import { expect, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { MemoryRoom } from '../../helpers/in-memory/rooms/memory-room.ts';
import { MemoryStorage } from '../../helpers/in-memory/storage/memory-storage.ts';

/** Fails if nothing is expected to fail. */
class BrokenStorage extends MemoryStorage {
  broken = false;

  override async getAlarm(): Promise<number | null> {
    if (this.broken) throw new Error('secret detail');
    return super.getAlarm();
  }
}

test('an unexpected error while connecting closes that socket with 1011 and reveals nothing', async () => {
  const storage = new BrokenStorage();
  const room = await new MemoryRoom({}, storage).start();
  const before = await room.connect();
  storage.broken = true;
  const socket = await room.open();
  expect(socket.closed).toEqual(CLOSE.internalError);

  storage.broken = false;
  const after = await room.connect();
  before.store.setCell('tasks', 'a', 'title', 'goes on');
  await room.settle();
  expect(after.store.getCell('tasks', 'a', 'title')).toBe('goes on');
});
