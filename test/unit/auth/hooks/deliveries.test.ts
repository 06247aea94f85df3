import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HooksWorld, settle, urlOf } from '../../../helpers/in-memory/hooks-world.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31, 8);

let world: HooksWorld;
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  world = new HooksWorld();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const deliveries = async (hook: string) => (await world.do('list-deliveries', { hook })).deliveries;

describe('a hook', () => {
  it('gets the event with a signature that its secret verifies', async () => {
    const { secret } = await world.create();
    await world.change('s1', 'r1');
    await settle();
    const [got] = world.received;
    const headers = Object.fromEntries(got!.headers);
    vi.useRealTimers();
    vi.useFakeTimers({ now: NOW });
    expect(new Webhook(secret).verify(got!.body, headers)).toEqual({
      type: 'store.changed',
      timestamp: '2026-01-31T08:00:00.000Z',
      data: {
        namespace: 'todo',
        store: 's1',
        is_shared: false,
        etag: '"1"',
        tables: { tasks: ['r1'] },
        values: [],
        origin: [{ kind: 'device', id: 'a' }],
      },
    });
    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    expect(() => new Webhook(other).verify(got!.body, headers)).toThrow();
  });

  it('gets only the events that it asks for', async () => {
    await world.create('a', 'account.deleted');
    const told = { namespace: 'todo', account: 'x', timestamp: new Date().toISOString() };
    await world.do('account-event', { id: 'msg_1', type: 'account.created', ...told });
    await world.do('account-event', { id: 'msg_2', type: 'account.deleted', ...told });
    await world.change('s1', 'r1');
    await settle();
    expect(world.received.map(({ id, event }) => [id, event.type, event.data])).toEqual([
      ['msg_2', 'account.deleted', { namespace: 'todo', account: 'x' }],
    ]);
  });

  it('gets an event once if it is told again while it waits', async () => {
    world.answers.set(urlOf('a'), 500);
    const { id } = await world.create('a', 'account.created');
    const told = { namespace: 'todo', account: 'x', timestamp: new Date().toISOString() };
    await world.do('account-event', { id: 'msg_1', type: 'account.created', ...told });
    await world.do('account-event', { id: 'msg_1', type: 'account.created', ...told });
    expect(await deliveries(id)).toHaveLength(1);
  });

  it('gets what it has not confirmed again, after growing pauses, with the same id', async () => {
    world.answers.set(urlOf('a'), 503);
    const { id } = await world.create();
    await world.change('s1', 'r1');
    const times: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await world.alarm();
      times.push(Date.now() - NOW);
    }
    expect(times).toEqual([1_000, 6_000, 36_000, 156_000, 756_000]);
    expect(await deliveries(id)).toMatchObject([
      { state: 'pending', attempts: 6, last_failure: 'status-503', subject: 's1' },
    ]);
    world.answers.delete(urlOf('a'));
    await world.alarm();
    expect(await deliveries(id)).toEqual([]);
    expect(new Set(world.received.map((got) => got.id)).size).toBe(1);
  });

  it('has an event kept as failed after three days, until it is sent again by hand', async () => {
    world.answers.set(urlOf('a'), 'refused');
    const { id } = await world.create();
    await world.change('s1', 'r1');
    await settle();
    for (let left = 20; left > 0; left -= 1) {
      const [delivery] = await deliveries(id);
      if (delivery?.state === 'failed') break;
      await world.alarm();
    }
    const days = (Date.now() - NOW) / DAY;
    expect(days).toBeGreaterThan(2.9);
    expect(days).toBeLessThan(3.1);
    const list = await world.do('list-deliveries', { hook: id });
    expect(list).toMatchObject({ pending: 0, failed: 1 });
    const [failed] = list.deliveries;
    expect(failed).toMatchObject({ state: 'failed', attempts: 15, next_attempt_at: null });
    expect(failed!.last_failure).toBe('unreachable');

    world.auth.evict();
    world.answers.delete(urlOf('a'));
    world.received.length = 0;
    await world.do('retry-delivery', { hook: id, id: failed!.id });
    await settle();
    expect(world.received).toMatchObject([{ id: failed!.id }]);
    expect(await world.do('list-deliveries', { hook: id })).toMatchObject({
      pending: 0,
      failed: 0,
    });
    const again = await world.ask('retry-delivery', { hook: id, id: failed!.id });
    expect(again).toMatchObject({ error: 'not_found' });
  });

  it('that answers 410 is paused, and told of nothing until its pause ends', async () => {
    world.answers.set(urlOf('a'), 410);
    const { id } = await world.create();
    await world.change('s1', 'r1');
    await settle();
    expect(await world.do('list-hooks', {})).toMatchObject({ hooks: [{ id, is_paused: true }] });
    expect(await deliveries(id)).toMatchObject([{ state: 'failed', last_failure: 'status-410' }]);
    expect(await world.do('change-interest', {})).toMatchObject({ is_wanted: false });
    await world.change('s1', 'r2');
    world.answers.delete(urlOf('a'));
    await world.do('update-hook', { id, is_paused: false });
    await world.change('s1', 'r3');
    await settle();
    expect(world.rowsAt('a')).toEqual([['r1'], ['r3']]);
  });

  it('is not followed to where it redirects', async () => {
    world.answers.set(urlOf('a'), 302);
    const { id } = await world.create();
    await world.change('s1', 'r1');
    await settle();
    expect(vi.mocked(fetch).mock.calls[0]![1]).toMatchObject({ redirect: 'manual' });
    expect(await deliveries(id)).toMatchObject([{ last_failure: 'status-302' }]);
  });

  it('goes on after its room was killed, also one that an alarm woke without a name', async () => {
    world.answers.set(urlOf('a'), 'silence');
    const { id } = await world.create();
    await world.change('s1', 'r1');
    await settle();
    world.auth.kill();
    world.answers.delete(urlOf('a'));
    world.auth.isNameless = true;
    await world.alarm();
    expect(world.rowsAt('a')).toEqual([['r1'], ['r1']]);
    expect(await deliveries(id)).toEqual([]);
  });

  it('is deleted with its deliveries and its secret', async () => {
    world.answers.set(urlOf('a'), 500);
    const { id, secret } = await world.create();
    for (let count = 0; count < 200; count += 1) await world.change(`s${count}`, 'r');
    expect(world.storage.dump()).toContain(secret);
    await world.do('delete-hook', { id });
    await settle();
    expect(world.storage.dump()).toBe('[]');
    expect(await world.ask('delete-hook', { id })).toMatchObject({ error: 'not_found' });
  });

  it('of a newer format is not touched', async () => {
    const { id } = await world.create();
    const key = `hook:${id}`;
    await world.storage.put(key, { ...(await world.storage.get<object>(key)), format: 2 });
    const before = world.storage.dump();
    world.auth.evict();
    await expect(world.do('list-hooks', {})).rejects.toThrow('newer format');
    expect(world.storage.dump()).toBe(before);
  });
});

describe('the order of deliveries', () => {
  it('is that of the events of a store, while other stores go on', async () => {
    world.answers.set(urlOf('a'), 'silence');
    await world.create();
    await world.change('s1', 'r1');
    await world.change('s1', 'r2');
    await world.change('s2', 'r9');
    await settle();
    expect(world.rowsAt('a')).toEqual([['r1'], ['r9']]);
    for (const answer of world.silent.splice(0)) answer();
    await settle();
    expect(world.rowsAt('a')).toEqual([['r1'], ['r9'], ['r2']]);
  });

  it('joins changes of a store that wait, and none that a receiver may know', async () => {
    world.answers.set(urlOf('a'), 500);
    const { id } = await world.create();
    await world.change('s1', 'r1');
    await settle();
    await world.change('s1', 'r2', { origin: [{ kind: 'key', id: 'k' }] });
    await world.change('s1', 'r3', { etag: '"3"', tables: { notes: ['r3'] }, values: ['v'] });
    expect(await deliveries(id)).toHaveLength(2);
    world.answers.delete(urlOf('a'));
    await world.alarm();
    expect(world.received.map(({ event }) => event.data).slice(1)).toMatchObject([
      { tables: { tasks: ['r1'] } },
      {
        etag: '"3"',
        tables: { tasks: ['r2'], notes: ['r3'] },
        values: ['v'],
        origin: [
          { kind: 'key', id: 'k' },
          { kind: 'device', id: 'a' },
        ],
      },
    ]);
  });
});

describe('a dead hook', () => {
  it('delays neither another hook nor the room that tells of a change', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `dead${index}`);
    for (const name of names) {
      world.answers.set(urlOf(name), 'silence');
      await world.create(name);
    }
    await world.create('alive');
    for (let count = 0; count < 50; count += 1) await world.change(`s${count}`, `r${count}`);
    await settle();
    expect(world.rowsAt('alive')).toHaveLength(50);
    // What never answers holds three connections a hook, and is not asked again meanwhile.
    for (const name of names) expect(world.rowsAt(name)).toHaveLength(3);
  });

  it('gets one request at a time, after a pause, and beside at most one other dead hook', async () => {
    for (const name of ['d1', 'd2', 'd3']) {
      world.answers.set(urlOf(name), 'refused');
      await world.create(name);
    }
    for (let count = 0; count < 10; count += 1) await world.change(`s${count}`, 'r');
    await settle();
    for (const name of ['d1', 'd2', 'd3']) world.answers.set(urlOf(name), 'silence');
    const before = world.received.length;
    vi.setSystemTime(Date.now() + 60_000);
    await world.change('s1', 'r');
    await settle();
    expect(world.received.slice(before).map(({ url }) => url)).toEqual([urlOf('d1'), urlOf('d2')]);
  });

  it('that comes back gets at once all that has waited', async () => {
    world.answers.set(urlOf('a'), 500);
    const { id } = await world.create();
    for (let count = 0; count < 20; count += 1) await world.change(`s${count}`, 'r');
    for (let count = 0; count < 10; count += 1) await world.alarm();
    world.answers.delete(urlOf('a'));
    await world.alarm();
    expect(await deliveries(id)).toEqual([]);
  });

  it('has at most 1,000 deliveries that wait, and 100 that failed', async () => {
    world.answers.set(urlOf('a'), 500);
    const { id } = await world.create();
    for (let count = 0; count < 1_150; count += 1) await world.change(`s${count}`, 'r');
    const list = await world.do('list-deliveries', { hook: id });
    expect(list).toMatchObject({ pending: 1_000, failed: 100 });
    expect(list.deliveries).toHaveLength(200);
    expect(list.deliveries[0]).toMatchObject({ state: 'pending', subject: 's150' });
    // The latest failed one comes first, and the oldest are dropped.
    expect(list.deliveries[100]).toMatchObject({ subject: 's149', last_failure: 'queue-full' });
    expect(list.deliveries.at(-1)).toMatchObject({ subject: 's50' });
  });
});
