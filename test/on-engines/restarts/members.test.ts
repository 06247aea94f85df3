import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { socketOutcome } from '../../helpers/requests/open-socket.ts';
import { ask, PASSWORD, signIn, type User } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';
import { openMemberSocket } from '../../helpers/sharing/member-socket.ts';
import { newVisitedStore, newVisitors, succeed } from '../../helpers/sharing/visitors.ts';

const outcome = ({ url, namespace, session_uuid }: User, store: string) =>
  socketOutcome(
    `${url.replace('http', 'ws')}/${namespace}/stores/${store}/ws?sessionUuid=${session_uuid}`,
  );

test('members, removals and deletions survive a kill right after the answer', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-members-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const options = { persist, vars: { AUTH_REQUESTS_PER_MINUTE: 0 } };
  const server = await startServer(options);
  const { url } = server;
  const [visitors, leaving] = [await newVisitors({ url }), await newVisitors({ url })];
  const { owner, editor, viewer, invited } = visitors;
  const left = await newVisitedStore(leaving);
  const deleted = await newVisitedStore(visitors);
  const { store, token, invitation } = await newVisitedStore(visitors);
  const revoked = await succeed(owner, 'POST', `stores/${store}/invitations`, { role: 'owner' });
  await Promise.all([
    succeed(owner, 'DELETE', `stores/${store}/invitations/${revoked.id}`),
    succeed(owner, 'DELETE', `stores/${store}/members/${viewer.account}`),
    succeed(owner, 'DELETE', `stores/${deleted.store}`),
    succeed(leaving.owner, 'POST', 'delete-account', { password: PASSWORD }),
  ]);
  await server.kill();
  await startServer({ ...options, port: Number(new URL(url).port) });

  expect(await outcome(viewer, store)).toBe(CLOSE.notAMember.code);
  expect(await ask(viewer, 'GET', `stores/${store}/store`)).toMatchObject({ status: 404 });
  await expect.poll(() => ask(viewer, 'GET', 'stores')).toMatchObject({ body: { stores: [] } });
  expect(await outcome(editor, deleted.store)).toBe(CLOSE.storeDeleted.code);
  expect(await ask(editor, 'GET', `stores/${deleted.store}/store`)).toMatchObject({ status: 404 });
  const late = await ask(invited, 'POST', 'accept-invitation', { token: deleted.token });
  expect(late).toMatchObject({ status: 400, body: { error: 'invalid_token' } });

  const { invitations } = await succeed(owner, 'GET', `stores/${store}/invitations`);
  expect(invitations).toMatchObject([{ id: invitation, uses_left: 98 }]);
  const refused = await ask(invited, 'POST', 'accept-invitation', { token: revoked.token });
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_token' } });
  const joined = await ask(invited, 'POST', 'accept-invitation', { token });
  expect(joined).toMatchObject({ status: 200, body: { role: 'editor', name: 'Holiday' } });

  const path = `${owner.namespace}/stores/${store}/ws`;
  const sockets = await Promise.all(
    [owner, invited, editor].map((user) => openMemberSocket(user, path)),
  );
  await succeed(owner, 'DELETE', `stores/${store}/members/${editor.account}`);
  expect(await sockets[2]!.closeFrame).toEqual(CLOSE.notAMember);
  expect(await succeed(owner, 'GET', `stores/${store}/store/values/name`)).toBe('Secret');
  expect(sockets.map((socket) => socket.isOpen())).toEqual([true, true, false]);

  // PartyKit's dev server loses alarms on a restart; there the next request goes on.
  await expect(signIn(leaving.owner)).rejects.toThrow('401');
  const orphaned = () => ask(leaving.editor, 'GET', `stores/${left.store}/store`);
  await expect.poll(orphaned).toMatchObject({ status: 404 });
  await expect
    .poll(() => ask(leaving.editor, 'GET', 'stores'))
    .toMatchObject({ body: { stores: [] } });
}, 60_000);
