import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Client } from '../../../../client/client.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import type { Membership } from '../../../../src/protocol/membership.ts';
import { NOTICE_ID } from '../../../../src/protocol/notice.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

// Loaded on demand. With fake timers, that succeeds only if it is loaded already.
import '../../../../client/stores/store-calls.ts';

const STORE = '11111111-2222-8333-8444-555555555555';
const AT = '2026-01-01T00:00:00.000Z';
const membership: Membership = { store: STORE, name: 'List', role: 'owner', joined_at: AT };
const invitation = { id: 'i', role: 'editor', created_at: AT, expires_at: AT, uses_left: 1 };

let network: FakeNetwork;
let client: Client;
/** The calls, as `METHOD path body`. */
let calls: string[];
/** What the server answers; undefined for a failure. */
let answers: Record<string, unknown>;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  calls = [];
  answers = { 'GET stores': { stores: [] } };
  client = network.client({
    fetch: async (url, { method, body } = {}) => {
      const call = `${method} ${`${url}`.slice('http://fake/todo/'.length)}`;
      if (call === 'POST ws-ticket') return network.answer('ws-ticket');
      calls.push(`${call} ${body ?? ''}`.trim());
      const answer = answers[call];
      if (answer === undefined) throw new TypeError('Failed to fetch');
      return answer instanceof Response ? answer.clone() : Response.json(answer);
    },
  });
  return () => vi.useRealTimers();
});

const fetched = () => calls.filter((call) => call === 'GET stores').length;

describe('calls about shared stores', () => {
  const done = { success: true };
  const cases: [string, unknown, (client: Client) => Promise<unknown>, unknown][] = [
    ['POST stores {"name":"List"}', membership, ({ stores }) => stores.create('List'), membership],
    ['GET stores', { stores: [membership] }, ({ stores }) => stores.list(), [membership]],
    [`GET stores/${STORE}`, membership, ({ stores }) => stores.get(STORE), membership],
    [
      `PATCH stores/${STORE} {"name":"New"}`,
      membership,
      ({ stores }) => stores.rename(STORE, 'New'),
      undefined,
    ],
    [`DELETE stores/${STORE}`, done, ({ stores }) => stores.remove(STORE), undefined],
    [`GET stores/${STORE}/members`, { members: [] }, ({ stores }) => stores.members(STORE), []],
    [
      `PATCH stores/${STORE}/members/a {"role":"viewer"}`,
      done,
      ({ stores }) => stores.setRole(STORE, 'a', 'viewer'),
      undefined,
    ],
    [
      `DELETE stores/${STORE}/members/..%2Fa`,
      done,
      ({ stores }) => stores.removeMember(STORE, '../a'),
      undefined,
    ],
    [
      `POST stores/${STORE}/invitations {"role":"editor","uses":2}`,
      { ...invitation, token: 't' },
      ({ stores }) => stores.invite(STORE, { role: 'editor', uses: 2 }),
      { ...invitation, token: 't' },
    ],
    [
      `GET stores/${STORE}/invitations`,
      { invitations: [invitation] },
      ({ stores }) => stores.invitations(STORE),
      [invitation],
    ],
    [
      `DELETE stores/${STORE}/invitations/i`,
      done,
      ({ stores }) => stores.revokeInvitation(STORE, 'i'),
      undefined,
    ],
    [
      'POST accept-invitation {"token":"t"}',
      membership,
      ({ stores }) => stores.acceptInvitation('t'),
      membership,
    ],
  ];

  test.each(cases)('%s', async (call, answer, make, result) => {
    answers[call.split(' ').slice(0, 2).join(' ')] = answer;
    expect(await make(client)).toEqual(result);
    expect(calls).toEqual([call]);
  });

  test('leaving removes the account of the session', async () => {
    const user = { email: '', created_at: '', verified_at: null, durable_object_name: 'me' };
    const session = { uuid: '', created_at: '', expires_at: '', data: null };
    answers['GET session'] = { session, user };
    answers[`DELETE stores/${STORE}/members/me`] = done;
    await client.stores.leave(STORE);
    expect(calls.at(-1)).toBe(`DELETE stores/${STORE}/members/me`);
  });

  test('an answer of something else is refused', async () => {
    answers['GET stores'] = { stores: [{ id: 1 }] };
    await expect(client.stores.list()).rejects.toMatchObject({ code: 'invalid_answer' });
  });
});

describe('the live list', () => {
  const watch = () => {
    const told: (readonly Membership[] | undefined)[] = [];
    const stop = client.stores.subscribe((stores) => told.push(stores));
    onTestFinished(stop);
    return { told, stop };
  };
  const notify = () => {
    for (const socket of network.live)
      socket.receive(NOTICE_ID, MESSAGE.response, [{ stores: [AT] }]);
  };

  test('is fetched for the first subscriber, and not before', async () => {
    await pass(1);
    expect(calls).toEqual([]);
    expect(client.stores.value).toBeUndefined();
    const { told } = watch();
    await pass(1);
    expect(told).toEqual([[]]);
    expect(client.stores.value).toEqual([]);
    expect(fetched()).toBe(1);
  });

  test('is fetched again when the private store is connected and when it is notified', async () => {
    const { told } = watch();
    await pass(1);
    const connection = client.connect();
    onTestFinished(() => connection.close());
    await pass(1);
    expect(fetched()).toBe(2);
    answers['GET stores'] = { stores: [membership] };
    notify();
    await pass(1);
    expect(told).toEqual([[], [membership]]);
    network.live[0]!.end(1006);
    await pass(20);
    expect(fetched()).toBe(4);
  });

  test('is fetched four times in a second at most, however many notices arrive', async () => {
    watch();
    const connection = client.connect();
    onTestFinished(() => connection.close());
    await pass(1);
    const before = fetched();
    for (let times = 0; times < 200; times++) {
      notify();
      await pass(0.01);
    }
    await pass(1);
    expect(fetched() - before).toBeGreaterThan(1);
    expect(fetched() - before).toBeLessThan(11);
  });

  test('is fetched after own changes, successful or not', async () => {
    watch();
    await pass(1);
    answers['POST stores'] = membership;
    await client.stores.create('List');
    await pass(1);
    expect(fetched()).toBe(2);
    await expect(client.stores.remove(STORE)).rejects.toMatchObject({ code: 'network' });
    await pass(1);
    expect(fetched()).toBe(3);
  });

  test('is tried again after growing delays', async () => {
    delete answers['GET stores'];
    const { told } = watch();
    await pass(300);
    expect(fetched()).toBeGreaterThan(5);
    expect(fetched()).toBeLessThan(13);
    answers['GET stores'] = { stores: [membership] };
    await pass(61);
    expect(told).toEqual([[membership]]);
  });

  test('is not fetched when nobody listens any more', async () => {
    const { stop } = watch();
    await pass(1);
    stop();
    stop();
    answers['POST stores'] = membership;
    await client.stores.create('List');
    await pass(10);
    expect(fetched()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is empty for nobody after a sign-out, and is not fetched then', async () => {
    answers['GET stores'] = { stores: [membership] };
    answers['POST sign-out'] = { success: true };
    const { told } = watch();
    await pass(1);
    await client.signOut();
    await pass(100);
    expect(told).toEqual([[membership], undefined]);
    expect(fetched()).toBe(1);
  });
});
