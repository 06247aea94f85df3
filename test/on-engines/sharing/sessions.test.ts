import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { ask, PASSWORD, signIn, type User } from '../../helpers/requests/users.ts';
import { openMemberSocket } from '../../helpers/sharing/member-socket.ts';
import {
  newVisitedStore,
  newVisitors,
  succeed,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

let visitors: Visitors;
beforeAll(async () => {
  visitors = await newVisitors();
});

type End = (ended: User, other: User) => Promise<unknown>;

const idOf = (user: User) => createHash('sha256').update(user.session_uuid).digest('hex');

/** Every request that ends a session and not its account. */
const ENDS: Array<[name: string, end: End]> = [
  ['a sign-out', (ended) => succeed(ended, 'POST', 'sign-out')],
  ['a revocation', (ended, other) => succeed(other, 'DELETE', `sessions/${idOf(ended)}`)],
  ['a revocation of all others', (_, other) => succeed(other, 'DELETE', 'sessions')],
  [
    'a change of password',
    (_, other) =>
      succeed(other, 'POST', 'change-password', {
        current_password: PASSWORD,
        new_password: PASSWORD,
      }),
  ],
];

test.each(ENDS)(
  '%s closes the sockets of its session in shared stores, and no others',
  async (_, end) => {
    const { editor, viewer } = visitors;
    const { store } = await newVisitedStore(visitors);
    const path = `${editor.namespace}/stores/${store}/ws`;
    const [ended, other] = [await signIn(editor), await signIn(editor)];
    const socket = await openMemberSocket(ended, path);
    const bridge = await openMemberSocket(ended, `parties/user/${store}?protocol=partykit`);
    const kept = [await openMemberSocket(other, path), await openMemberSocket(viewer, path)];
    await end(ended, other);
    expect(await socket.closeFrame).toEqual(CLOSE.sessionEnded);
    expect(await bridge.closeFrame).toEqual(CLOSE.sessionEnded);
    expect(await ask(ended, 'GET', `stores/${store}/store`)).toMatchObject({ status: 401 });
    expect(await ask(other, 'GET', `stores/${store}/store`)).toMatchObject({ status: 200 });
    expect(kept.map((one) => one.isOpen())).toEqual([true, true]);
    // The tests share the account.
    visitors.editor = { ...editor, ...other };
  },
);
