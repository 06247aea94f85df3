import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStoreId } from '../../../src/auth/stores/create-store-id.ts';
import type { AccountUsage, UsageStep } from '../../../src/protocol/http-api/usage.ts';
import { ANN } from '../../helpers/in-memory/auth-world.ts';
import { EdgeWorld } from '../../helpers/in-memory/edge-world.ts';

const OPERATOR_KEY = '0123456789abcdef0123456789abcdef';

/** Calls to rooms that a request may make on Workers' free plan. */
const SUBREQUESTS = 50;

let world: EdgeWorld;
let lines: Array<Record<string, unknown>>;
/** The rooms of stores that were asked, and what they do instead of an answer. */
let asked: string[];
let instead: (room: string) => Response | undefined;

beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(JSON.parse(line)));
  world = new EdgeWorld({ OPERATOR_KEY, NAMESPACES: '*', AUTH_REQUESTS_PER_MINUTE: 0 });
  world.auth.stubsHashing = true;
  asked = [];
  instead = () => undefined;
  const user = (name: string) => ({
    fetch: async (path: string) => {
      if (path !== '/describe-usage') return Response.json({});
      asked.push(name);
      return instead(name) ?? Response.json(USAGE);
    },
  });
  world.host.rooms = { ...world.host.rooms, user };
});
afterEach(() => {
  vi.restoreAllMocks();
});

const DEVICE = { session: 'a', protocol: 'sync' };
const USAGE = {
  ...{ name: null, bytes: 10, cost: 100, quota_bytes: 0, devices: [DEVICE] },
  last_changed_at: null,
};

const send = (method: string, path: string, key = OPERATOR_KEY) =>
  world.send(method, `/admin/${path}`, { key });

/** Signs up accounts, and waits until the directory lists them. */
async function signUp(count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await world.auth.ask('sign-up', { email: `ann${number}@example.com` });
  }
  await vi.waitFor(async () => {
    expect((await send('GET', 'notes/summary')).body).toMatchObject({ accounts: count });
  });
}

/** The steps of a walk, each with the calls that it took. */
async function walk(): Promise<UsageStep[]> {
  const steps: UsageStep[] = [];
  for (let cursor: string | null = ''; cursor !== null; cursor = steps.at(-1)!.cursor) {
    const before = asked.length;
    world.called.length = 0;
    const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await send('GET', `notes/usage${query}`);
    expect(world.called.length + asked.length - before).toBeLessThan(SUBREQUESTS);
    steps.push(body as unknown as UsageStep);
  }
  return steps;
}

const total = (steps: UsageStep[], field: 'accounts' | 'stores' | 'bytes' | 'devices' | 'unread') =>
  steps.reduce((sum, step) => sum + step[field], 0);

describe('a walk through the stores of a namespace', () => {
  it('asks each once, in steps that fit into the calls of a request', async () => {
    await signUp(95);
    const steps = await walk();
    expect(steps).toHaveLength(4);
    expect(new Set(asked).size).toBe(95);
    expect(asked).toHaveLength(95);
    expect(total(steps, 'accounts')).toBe(95);
    expect(total(steps, 'bytes')).toBe(950);
    expect(total(steps, 'devices')).toBe(95);
  });

  it('counts a store that cannot be read, and adds up the others', async () => {
    await signUp(5);
    const answers = [
      () => new Response('broken', { status: 500 }),
      () => Response.json({ error: 'internal', message: '' }, { status: 422 }),
      () => Response.json({ error: 'not_found', message: '' }, { status: 422 }),
    ];
    instead = () => answers[asked.length - 1]?.();
    const steps = await walk();
    expect(total(steps, 'unread')).toBe(2);
    expect(total(steps, 'stores')).toBe(2);
    expect(total(steps, 'bytes')).toBe(20);
    expect(total(steps, 'accounts')).toBe(5);
  });
});

it('a member of many stores learns what they take in steps', async () => {
  const session = await world.auth.signUp();
  const { id, storage } = await world.auth.home();
  const stores = Array.from({ length: 90 }, createStoreId);
  for (const store of stores) {
    const membership = { format: 1, store, name: 'n', role: 'editor', joined_at: '', version: 1 };
    await storage.put(`membership:${id}:${store}`, { ...membership, changed_at: 0 });
  }
  const seen: string[] = [];
  let steps = 0;
  for (let cursor: string | null = ''; cursor !== null; steps++) {
    const before = asked.length;
    world.called.length = 0;
    const query: string = cursor === '' ? '' : `?cursor=${cursor}`;
    const { body } = await world.send('GET', `/${ANN.namespace}/usage${query}`, { key: session });
    expect(world.called.length + asked.length - before).toBeLessThan(SUBREQUESTS);
    const usage = body as unknown as AccountUsage;
    seen.push(...usage.stores.map((store) => store.id));
    cursor = usage.cursor;
  }
  expect(seen[0]).toBe(id);
  expect(seen.slice(1)).toEqual(stores.sort());
  expect(steps).toBe(3);
});

it('a described account has the figures of its stores, and none of those that do not answer', async () => {
  await signUp(1);
  const { body } = await send('GET', 'notes/accounts');
  const [{ id } = { id: '' }] = body.accounts as { id: string }[];
  expect((await send('GET', `notes/accounts/${id}`)).body).toMatchObject({
    stores: [{ id, name: null, role: null, bytes: 10, cost: 100, devices: [DEVICE] }],
  });
  instead = () => new Response('broken', { status: 500 });
  const { body: unread } = await send('GET', `notes/accounts/${id}`);
  expect(unread.stores).toEqual([{ id, name: null, role: null }]);
});

it('each access to a store is an event of the log, with the key and without the address', async () => {
  await signUp(1);
  const { body } = await send('GET', 'notes/accounts');
  const [{ id } = { id: '' }] = body.accounts as { id: string }[];
  const shared = createStoreId();
  lines = [];
  await send('GET', `notes/accounts/${id}/store/tables/secret`);
  await send('DELETE', `notes/stores/${shared}/store/values/secret`);
  await send('GET', `notes/accounts/${crypto.randomUUID()}/store`);
  const accesses = lines.filter(({ event }) => event === 'operator-access');
  const common = { outcome: 'ok', key: 'OPERATOR_KEY', namespace: 'notes', room: 'edge' };
  expect(accesses).toMatchObject([
    { ...common, kind: 'read', account: expect.stringMatching(/^[\w-]{8,}$/) },
    { ...common, kind: 'write', store: shared },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/example\.com|secret/i);
  expect(JSON.stringify(lines)).not.toContain(id);
});
