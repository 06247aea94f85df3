import { expect, it } from 'vitest';
import { CLOSE } from '../../../../src/protocol/close-codes.ts';
import { account, StoreRoom } from '../../../helpers/in-memory/rooms/store-room.ts';

it('gives MAX_DEVICES places to each member, whatever the others take', async () => {
  const room = await new StoreRoom(account('ann'), { MAX_DEVICES: 2 }).create();
  const bob = await room.add('bob', 'viewer');
  const [first, second, third] = [
    await room.open({ member: bob, session_hash: '1' }),
    await room.open({ member: bob, session_hash: '2' }),
    await room.open({ member: bob, session_hash: '3' }),
  ];
  expect([first!.closed, second!.closed]).toEqual([undefined, undefined]);
  expect(third!.closed).toMatchObject(CLOSE.tooManyDevices);
  const ann = await room.open({ member: room.owner });
  expect(ann.closed).toBeUndefined();
});
