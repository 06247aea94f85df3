import { beforeEach, expect, it } from 'vitest';
import type { ResumingDevice } from '../../../helpers/in-memory/rooms/resuming-device.ts';
import { newDevice, untilSaved } from '../../../helpers/in-memory/rooms/resuming-devices.ts';
import {
  expectEqual,
  memberOf,
  refusalsTo,
  SharedRoom,
} from '../../../helpers/in-memory/rooms/shared-room.ts';

let room: SharedRoom;
beforeEach(async () => {
  room = await new SharedRoom(['vic']).start();
});

async function join(device: ResumingDevice, account: string): Promise<ResumingDevice> {
  device.proven = { member: memberOf(account) };
  await device.join(room);
  await untilSaved(room, device);
  return device;
}

/** An editor who is connected, and a viewer who has left with edits of what both had. */
async function withOfflineViewer() {
  const ed = newDevice();
  ed.store.setCell('t', 'r', 'c', 'from ed').setValue('v', 'from ed');
  await join(ed, 'ed');
  const vic = await join(newDevice(), 'vic');
  vic.leave();
  vic.store.setCell('t', 'r', 'c', 'from vic').setCell('t', 'new', 'c', 'from vic');
  vic.store.delValue('v');
  return { ed, vic };
}

it.each([
  ['', async () => undefined],
  [' of a room that has not read its content', async () => void (await room.start())],
])("refuses a viewer's edits in a request for a sync point%s", async (_, prepare) => {
  const { ed, vic } = await withOfflineViewer();
  await prepare();
  await join(vic, 'vic');

  const content = expectEqual(ed.store, vic.store);
  expect(content).toEqual([{ t: { r: { c: 'from ed' } } }, { v: 'from ed' }]);
  expect(refusalsTo(vic.socket!)).toEqual([
    { reason: 'role', refused: [['t', 'r', 'c'], ['t', 'new', 'c'], ['v']] },
  ]);
  expect(room.storage.dump() + ed.socket!.received.join()).not.toContain('from vic');
});

it('has nothing left to refuse when the viewer comes back', async () => {
  const { vic } = await withOfflineViewer();
  await join(vic, 'vic');
  vic.leave();
  const { writes } = room.storage;
  await join(vic, 'vic');

  expect(vic.socket!.sent.length + vic.socket!.received.length).toBeLessThan(5);
  expect(refusalsTo(vic.socket!)).toEqual([]);
  expect(room.storage.writes).toBe(writes);
});
