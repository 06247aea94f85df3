import { beforeAll, expect, inject, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { openSocket, socketOutcome } from '../../helpers/requests/open-socket.ts';
import type { User } from '../../helpers/requests/users.ts';
import {
  newVisitedStore,
  newVisitors,
  succeed,
  type VisitedStore,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

const wsUrl = inject('url').replace('http', 'ws');

let visitors: Visitors;
let visited: VisitedStore;
beforeAll(async () => {
  visitors = await newVisitors();
  visited = await newVisitedStore(visitors);
});

async function ticketFor(user: User, store?: string): Promise<string> {
  const path = store === undefined ? 'ws-ticket' : `stores/${store}/ws-ticket`;
  const { ticket } = await succeed(user, 'POST', path);
  return ticket as string;
}

const url = (path: string, ticket: string) => `${wsUrl}/${path}?ticket=${ticket}`;

test.each(['owner', 'editor', 'viewer'] as const)(
  'a ticket of an %s opens one socket to its store, by both paths',
  async (role) => {
    const { namespace } = visitors[role];
    const { store } = visited;
    for (const path of [`${namespace}/stores/${store}/ws`, `parties/user/${store}`]) {
      const ticket = await ticketFor(visitors[role], store);
      expect(await openSocket(url(path, ticket))).toBe('open');
      expect(await openSocket(url(path, ticket))).toBe(401);
    }
  },
);

test('a ticket for one store is refused everywhere else', async () => {
  const { owner } = visitors;
  const { store } = visited;
  const other = (await newVisitedStore(visitors)).store;
  const { namespace, account } = owner;
  const places: Array<[whose: string | undefined, path: string]> = [
    [store, `${namespace}/stores/${other}/ws`],
    [store, `parties/user/${other}`],
    [store, `${namespace}/ws`],
    [store, `parties/user/${account}`],
    [store, `elsewhere/stores/${store}/ws`],
    [undefined, `${namespace}/stores/${store}/ws`],
    [undefined, `parties/user/${store}`],
  ];
  for (const [whose, path] of places) {
    const ticket = await ticketFor(owner, whose);
    expect(await socketOutcome(url(path, ticket)), path).toBe(401);
  }
});

test('a ticket of somebody who is no member opens no socket', async () => {
  const { store } = visited;
  for (const visitor of ['removed', 'invited', 'stranger'] as const) {
    const ticket = await ticketFor(visitors[visitor], store);
    const path = `${visitors[visitor].namespace}/stores/${store}/ws`;
    expect(await socketOutcome(url(path, ticket)), visitor).toBe(CLOSE.notAMember.code);
  }
});
