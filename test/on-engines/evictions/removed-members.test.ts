import { expect, onTestFinished, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { PASSWORD } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';
import { openMemberSocket } from '../../helpers/sharing/member-socket.ts';
import {
  newVisitedStore,
  newVisitors,
  succeed,
  type VisitedStore,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

/** Both engines evict a room after 10 idle seconds, without a notification. */
const UNTIL_EVICTED_MS = 13_000;

/** Idle sockets of the three members of a store. */
async function openSockets({ owner, editor, viewer }: Visitors, { store }: VisitedStore) {
  const path = `${owner.namespace}/stores/${store}/ws?resume=1`;
  const [owners, editors, viewers] = await Promise.all(
    [owner, editor, viewer].map((user) => openMemberSocket(user, path)),
  );
  return { owners: owners!, editors: editors!, viewers: viewers! };
}

test('a change of the members reaches their sockets in an evicted room within a second', async ({
  annotate,
}) => {
  const vars = { HIBERNATE: 'on', HEARTBEAT_SECONDS: 0, AUTH_REQUESTS_PER_MINUTE: 0 };
  const server = await startServer({ vars });
  onTestFinished(() => server.stop());
  /** Counts how often a room with three sockets came back into memory. */
  const wakings = () => server.output().split('"event":"start","devices":3').length - 1;

  const visitors = await newVisitors({ url: server.url });
  const leaving = await newVisitors({ url: server.url });
  const visits = await Promise.all(
    [visitors, visitors, visitors, leaving].map(async (who) => {
      const visited = await newVisitedStore(who);
      return { store: visited.store, sockets: await openSockets(who, visited) };
    }),
  );
  const [removal, demotion, deletion, departure] = visits as [V, V, V, V];
  type V = (typeof visits)[number];
  const { owner, editor } = visitors;
  await new Promise((resolve) => setTimeout(resolve, UNTIL_EVICTED_MS));
  expect(wakings()).toBe(0);

  const measure = async (name: string, change: Promise<unknown>, arrival: Promise<unknown>) => {
    const begun = performance.now();
    await Promise.all([change, arrival]);
    const elapsed = performance.now() - begun;
    await annotate(`${name}: ${elapsed.toFixed(1)} ms`);
    return elapsed;
  };
  const memberOf = ({ store }: V) => `stores/${store}/members/${editor.account}`;

  const removed = await measure(
    'removal',
    succeed(owner, 'DELETE', memberOf(removal)),
    removal.sockets.editors.closeFrame,
  );
  expect(removed).toBeLessThan(1_000);
  expect(await removal.sockets.editors.closeFrame).toEqual(CLOSE.notAMember);
  await expect.poll(wakings).toBe(1);

  const told = () => demotion.sockets.editors.received();
  await measure(
    'demotion',
    succeed(owner, 'PATCH', memberOf(demotion), { role: 'viewer' }),
    expect.poll(told).toMatch(/"role":\["viewer"/),
  );
  await expect.poll(wakings).toBe(2);

  await succeed(owner, 'DELETE', `stores/${deletion.store}`);
  for (const { closeFrame } of Object.values(deletion.sockets)) {
    expect(await closeFrame).toEqual(CLOSE.storeDeleted);
  }
  await expect.poll(wakings).toBe(3);

  await succeed(leaving.owner, 'POST', 'delete-account', { password: PASSWORD });
  for (const { closeFrame } of [departure.sockets.editors, departure.sockets.viewers]) {
    expect(await closeFrame).toEqual(CLOSE.storeDeleted);
  }
  const kept = [
    ...[removal.sockets.owners, removal.sockets.viewers],
    ...Object.values(demotion.sockets),
  ];
  expect(kept.map((socket) => socket.isOpen())).toEqual(kept.map(() => true));
}, 90_000);
