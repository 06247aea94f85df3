import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SessionConnection } from '../../../../client/bindings/session-connection.ts';
import type { Member } from '../../../../client/index.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { NOTICE_ID } from '../../../../src/protocol/notice.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

// Loaded on demand. With fake timers, that succeeds only if it is loaded already.
import '../../../../client/stores/store-calls.ts';

const STORE = '11111111-2222-8333-8444-555555555555';
const ANN: Member = { id: 'a', email: 'ann@example.com', role: 'owner', joined_at: '' };

let network: FakeNetwork;
/** Answers a call for the members. */
let answer: () => Response | Promise<Response>;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'Date', 'performance'],
  });
  network = new FakeNetwork();
  const { answer: usual } = network;
  answer = () => Response.json({ members: [ANN] });
  network.answer = (path) => (path === 'members' ? answer() : usual(path));
});
afterEach(() => {
  vi.useRealTimers();
});

const calls = () => network.calls.filter((path) => path === 'members').length;

/** Tells all devices this version of the members. */
const tell = (members: number): void => {
  for (const socket of network.live)
    socket.receive(NOTICE_ID, MESSAGE.response, [{ members: [members] }]);
};

async function online(store: string | undefined = STORE) {
  const source = new SessionConnection({ client: network.client(), store });
  onTestFinished(source.start());
  await pass(1);
  expect(source.value.state.status).toBe('online');
  return source;
}

test('nothing is fetched before somebody listens, and then the version that is known', async () => {
  const { members } = await online();
  tell(3);
  await pass(10);
  expect(calls()).toBe(0);
  const unsubscribe = members.subscribe(() => undefined);
  await pass(1);
  expect([calls(), members.value]).toEqual([1, [ANN]]);
  unsubscribe();
  tell(4);
  await pass(10);
  expect(calls()).toBe(1);
});

test('the version is in the state of the connection, and each change is reported', async () => {
  const { value } = await online();
  const versions: (number | undefined)[] = [];
  value.connection!.subscribe(({ members }) => versions.push(members));
  tell(1);
  tell(2);
  expect(versions).toEqual([1, 2]);
});

test('the private store has no members', async () => {
  const source = new SessionConnection({ client: network.client() });
  onTestFinished(source.start());
  source.members.subscribe(() => undefined);
  await pass(10);
  expect([calls(), source.members.value]).toEqual([0, undefined]);
});

test('changes during a call cause one more call, and a repeated version causes none', async () => {
  const { members } = await online();
  members.subscribe(() => undefined);
  let respond = (_: Response): void => undefined;
  answer = () => new Promise<Response>((resolve) => (respond = resolve));
  for (const version of [1, 2, 3]) tell(version);
  await pass(1);
  expect(calls()).toBe(1);
  answer = () => Response.json({ members: [{ ...ANN, role: 'viewer' }] });
  respond(Response.json({ members: [ANN] }));
  await pass(1);
  expect([calls(), members.value?.[0]?.role]).toEqual([2, 'viewer']);
  tell(3);
  await pass(10);
  expect(calls()).toBe(2);
});

test('failures are retried after pauses that double, and the former list stays', async () => {
  const { members } = await online();
  members.subscribe(() => undefined);
  tell(1);
  await pass(1);
  const times: number[] = [];
  const start = Date.now();
  answer = () => {
    times.push(Math.round((Date.now() - start) / 1000));
    return Response.json({ error: 'internal', message: 'no' }, { status: 500 });
  };
  tell(2);
  await pass(32);
  expect(times).toEqual([0, 1, 3, 7, 15, 31]);
  expect(members.value).toEqual([ANN]);
  answer = () => Response.json({ members: [] });
  await pass(60);
  expect(members.value).toEqual([]);
});

test('there is no list, and no call, after the user has lost access', async () => {
  const { members, value } = await online();
  const shown: unknown[] = [];
  members.subscribe((list) => shown.push(list?.length));
  tell(1);
  await pass(1);
  for (const socket of network.live) socket.end(4007);
  await pass(10);
  expect(value.connection!.state.status).toBe('refused');
  expect([shown, members.value, calls()]).toEqual([[1, undefined], undefined, 1]);
});
