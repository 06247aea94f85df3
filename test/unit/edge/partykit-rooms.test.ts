import { expect, it, vi } from 'vitest';
import { enter, roomHost } from '../../../party/host.ts';
import { readPartyOptions } from '../../../src/edge/mount/read-options.ts';

const mount = readPartyOptions({});

/** The parties as PartyKit passes them to a room or to the edge. */
const parties = () => {
  const party = { get: () => ({ fetch: async () => new Response('reached') }) };
  return { auth: party, user: party };
};

/** A room; while `context` returns undefined, reading its parties throws, as in PartyKit. */
const roomWith = (context: () => object | undefined) => ({
  env: {},
  storage: {},
  context: {
    get parties() {
      const known = context();
      if (!known) throw new Error('Parties are not yet initialized.');
      return known;
    },
  },
});

const hostOf = (room: object) => roomHost(mount, room as never, 'user');

// What one room learns, all rooms of the module know, so the order of these tests matters.

it('a room that an alarm woke reaches no others while nobody has told the isolate of them', () => {
  expect(hostOf(roomWith(() => undefined)).rooms()).toBeUndefined();
});

it('a room that an alarm woke reaches others after a request has come to the isolate', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const woken = hostOf(roomWith(() => undefined));
  expect(woken.rooms()).toBeUndefined();
  const lobby = { env: {}, parties: parties() };
  await enter(mount)(new Request('https://api.example/health') as never, lobby as never);
  expect(await (await woken.rooms()!.auth('x').fetch('/')).text()).toBe('reached');
  vi.restoreAllMocks();
});

it('a room that a request woke reaches others in an alarm too', () => {
  let isInAlarm = false;
  const host = hostOf(roomWith(() => (isInAlarm ? undefined : parties())));
  isInAlarm = true;
  expect(host.rooms()).toBeDefined();
});
