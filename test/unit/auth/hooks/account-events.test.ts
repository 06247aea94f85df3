import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HookOperations } from '../../../../src/operations/hook-operations.ts';
import { hooksRoomName } from '../../../../src/operations/hook-operations.ts';
import { call } from '../../../../src/operations/room-calls.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { settle } from '../../../helpers/in-memory/hooks-world.ts';

const { namespace, password, client } = ANN;
const OPERATOR_KEY = 'x'.repeat(32);
const ROOM = hooksRoomName(namespace);

interface Mail {
  purpose: string;
  token: string;
}

let mails: Mail[];
beforeEach(() => {
  mails = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    if (line.startsWith('mail ')) mails.push(JSON.parse(line.slice('mail '.length)));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function newWorld(settings: Record<string, unknown> = {}) {
  const world = new AuthWorld({ OPERATOR_KEY, MAIL: 'console', ...settings });
  world.stubsHashing = true;
  const events: Array<{ type: string; account: string }> = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    const { type, data } = JSON.parse(String(init?.body));
    events.push({ type, account: data.account });
    expect(Object.keys(data)).toEqual(['namespace', 'account']);
    return new Response(null, { status: 204 });
  });
  await call<HookOperations, 'create-hook'>(world.auth(ROOM), 'create-hook', {
    url: 'https://a.example/hook',
    events: ['account.created', 'account.verified', 'account.deleted'],
  });
  return { world, events };
}

const lastToken = () =>
  expect
    .poll(() => mails.length)
    .toBeGreaterThan(0)
    .then(() => mails.pop()!.token);

describe('hooks are told that an account', () => {
  it('is created, verified and deleted, each once and by its id only', async () => {
    const { world, events } = await newWorld();
    const session = await world.signUp();
    const { id: account } = await world.home();
    await world.askAs('request-verification', session);
    const token = await lastToken();
    const proof = { namespace, token, client, session_uuid: session };
    expect((await world.askAt('verify-address', token, proof)).ok).toBe(true);
    expect((await world.askAs('delete-account', session, { password })).ok).toBe(true);
    await expect.poll(() => events).toHaveLength(3);
    expect(new Set(events.map(({ account }) => account))).toEqual(new Set([account]));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['account.created', 'account.verified', 'account.deleted']),
    );
  });

  it('is verified by a reset, and replaced if that empties the store', async () => {
    const { world, events } = await newWorld();
    await world.signUp();
    const former = (await world.home()).id;
    await world.ask('request-reset');
    const token = await lastToken();
    const reset = { namespace, token, client, new_password: 'another fine phrase' };
    await world.askAt('reset-password', token, { ...reset, empty_store: true });
    const present = (await world.home()).id;
    await expect.poll(() => events).toHaveLength(4);
    expect(events).toEqual(
      expect.arrayContaining([
        { type: 'account.created', account: former },
        { type: 'account.deleted', account: former },
        { type: 'account.created', account: present },
        { type: 'account.verified', account: present },
      ]),
    );
  });
});

describe('a sign-up', () => {
  it('is not told of an address that was taken, and costs the same calls', async () => {
    const { world, events } = await newWorld({
      EMAIL_VERIFICATION: 'required',
      HIDE_ACCOUNTS: 'on',
    });
    const told = () => world.calls.filter((call) => /^(hooks|directory)-/.test(call));
    await world.ask('sign-up');
    await expect.poll(told).toHaveLength(2);
    await world.ask('sign-up');
    await expect.poll(told).toHaveLength(4);
    await settle();
    expect(events.map(({ type }) => type)).toEqual(['account.created']);
  });

  it('does not wait for the hooks, and tells them when they can be reached', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { world, events } = await newWorld();
    world.unreachable = ROOM;
    await world.signUp();
    await settle();
    expect(events).toEqual([]);
    world.unreachable = undefined;
    await world.alarms();
    await expect.poll(() => events).toMatchObject([{ type: 'account.created' }]);
    vi.useRealTimers();
  });

  it('costs nothing for hooks in a deployment without OPERATOR_KEY', async () => {
    const { world } = await newWorld({ OPERATOR_KEY: undefined });
    world.calls.length = 0;
    await world.signUp();
    await settle();
    expect(world.calls.filter((call) => call.startsWith('hooks-'))).toEqual([]);
  });
});
