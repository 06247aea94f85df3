import { expect, test } from 'vitest';
import type { Connection } from '../../../client/connection/connection.ts';
import { connect, makeClient, untilStatus } from '../../helpers/devices/clients.ts';
import { PASSWORD } from '../../helpers/requests/users.ts';
import { addMember, newSharedStore } from '../../helpers/sharing/shared-stores.ts';

const untilSeen = (connection: Connection, ...others: object[]) =>
  expect
    .poll(() => connection.presence.others)
    .toEqual(others.map((other) => ({ device: expect.any(String), ...other })));

test('presence names the member, whatever the address, and ends when they are removed', async () => {
  const { store, owner, viewer } = await newSharedStore();
  const email = `語.${crypto.randomUUID()}@example.com`;
  const guest = makeClient();
  await guest.signUp({ email, password: PASSWORD });
  await addMember(owner, store, guest, 'viewer');
  const [ann, eve, joe] = [owner, viewer, guest].map((client) => connect(client, { store }));
  ann!.presence.subscribe(() => undefined);
  joe!.presence.set({ cursor: 1 });
  await untilStatus(joe!, 'online');
  await untilSeen(ann!, { data: { cursor: 1 }, member: { id: expect.any(String), email } });
  const [{ member } = {}] = ann!.presence.others;
  expect(eve!.presence.others).toEqual([]);
  await untilSeen(eve!, { data: { cursor: 1 }, member });

  await owner.stores.removeMember(store, member!.id);
  await untilStatus(joe!, 'refused');
  await untilSeen(ann!);
  await untilSeen(eve!);
  expect(joe!.presence.others).toEqual([]);
});
