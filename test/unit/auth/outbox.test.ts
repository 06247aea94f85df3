import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobFailure } from '../../../src/auth/outbox/job-failure.ts';
import { Outbox } from '../../../src/auth/outbox/outbox.ts';
import type { OutboxJob } from '../../../src/auth/outbox/outbox-job.ts';
import { MemoryStorage } from '../../helpers/in-memory/storage/memory-storage.ts';

const MAIL: OutboxJob = { kind: 'mail', account: 'ann', purpose: 'reset-password', shard: '000' };
const DESTROY: OutboxJob = { kind: 'destroy', user: 'ann' };
const DIRECTORY: OutboxJob = { kind: 'directory', namespace: 'notes', account: 'ann' };
const LEASE = 15_000;

describe('the outbox', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('does not start a mail again while it is being sent', async () => {
    const { outbox, runs, storage } = openOutbox();
    await post(outbox, MAIL);
    expect(runs).toHaveLength(1);
    pass(6_000);
    await outbox.drain();
    outbox.resume();
    expect(runs).toHaveLength(1);
    expect(storage.alarm).toBeGreaterThan(Date.now());
    await runs[0]!.succeed();
    await expect.poll(() => storage.dump()).toBe('[]');
    expect(storage.alarm).toBeNull();
  });

  it('does not notify a room again while that is in progress', async () => {
    const { outbox, runs, storage } = openOutbox();
    const posted = post(outbox, DESTROY);
    await expect.poll(() => runs).toHaveLength(1);
    pass(6_000);
    await outbox.drain();
    expect(runs).toHaveLength(1);
    await runs[0]!.succeed();
    await posted;
    expect(storage.dump()).toBe('[]');
  });

  it('leaves a mail to the instance that started it until its lease ends', async () => {
    const { outbox, runs, storage } = openOutbox();
    await post(outbox, MAIL);
    const later = openOutbox(storage);
    await later.outbox.start();
    later.outbox.resume();
    await later.outbox.drain();
    expect(later.runs).toHaveLength(0);
    pass(LEASE);
    await startDraining(later);
    expect(later.runs.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
  });

  it('notifies a room again at once if an earlier instance may have died before', async () => {
    const { outbox, storage } = openOutbox();
    void post(outbox, DESTROY);
    await expect.poll(() => storage.dump()).toContain('destroy');
    const later = openOutbox(storage);
    await later.outbox.start();
    later.outbox.resume();
    await expect.poll(() => later.runs).toHaveLength(1);
  });

  it('does not reschedule finished jobs, whatever fails afterwards', async () => {
    const { outbox, runs, storage } = openOutbox();
    await post(outbox, MAIL);
    pass(LEASE);
    const later = openOutbox(storage);
    await startDraining(later);
    await later.runs[0]!.succeed();
    await expect.poll(() => storage.dump()).toBe('[]');
    await runs[0]!.fail();
    expect(storage.dump()).toBe('[]');
    expect(storage.alarm).toBeNull();
  });

  it('retries failures with a delay that doubles up to an hour', async () => {
    const { outbox, runs, storage } = openOutbox();
    await post(outbox, MAIL);
    const waits = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await runs[attempt]!.fail();
      waits.push(Number(storage.alarm) - Date.now());
      pass(waits.at(-1)!);
      await startDraining({ outbox, runs });
    }
    expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
    expect(waits.at(-1)).toBe(3_600_000);
  });

  it('sets the alarm again if it rang before a job was due', async () => {
    const { outbox, storage } = openOutbox();
    const due = Date.now() + 5_000;
    await storage.put('outbox:1', { job: DESTROY, attempts: 0, due });
    await outbox.drain();
    expect(storage.alarm).toBe(due);
  });

  it('answers without waiting for the directory, also if it waits for another job', async () => {
    const { outbox, runs, storage } = openOutbox();
    const posted = outbox.transact(async (_, post) => {
      post(DIRECTORY);
      post(DESTROY);
    });
    await expect.poll(() => runs).toHaveLength(2);
    const directory = runs.find(({ kind }) => kind === 'directory')!;
    await runs.find(({ kind }) => kind === 'destroy')!.succeed();
    await posted;
    expect(storage.dump()).toContain('directory');
    await directory.succeed();
    await expect.poll(() => storage.dump()).toBe('[]');
  });

  it('keeps one job for the directory and each account, however often it changes', async () => {
    const { outbox, runs, storage } = openOutbox();
    const other: OutboxJob = { ...DIRECTORY, account: 'bea' };
    for (const job of [DIRECTORY, other, DIRECTORY, DIRECTORY]) {
      await post(outbox, job);
      await runs.at(-1)!.fail();
    }
    expect((await storage.list({ prefix: 'outbox:' })).size).toBe(2);
    expect(storage.alarm).toBe(Date.now() + 5_000);
  });

  it('keeps the job of a later change when that of an earlier one ends', async () => {
    for (const end of ['succeed', 'fail'] as const) {
      const { outbox, runs, storage } = openOutbox();
      await post(outbox, DIRECTORY);
      await post(outbox, DIRECTORY);
      const [earlier, later] = runs;
      await earlier![end]();
      expect([...(await storage.list()).keys()]).toEqual([`outbox:${later!.id}`]);
      await later!.succeed();
      await expect.poll(() => storage.dump()).toBe('[]');
    }
  });

  it('gives up after a month, except on the removal of a store and the directory', async () => {
    const events: string[] = [];
    const log = (event: string) => void events.push(event);
    for (const [job, kept] of [
      [MAIL, false],
      [DESTROY, true],
      [DIRECTORY, true],
    ] as const) {
      const { outbox, runs, storage } = openOutbox(new MemoryStorage(), log);
      await storage.put('outbox:1', { job, attempts: 730, due: Date.now() });
      await startDraining({ outbox, runs });
      await runs[0]!.fail();
      expect(storage.dump().includes('outbox:1')).toBe(kept);
    }
    expect(events).toEqual(['outbox-given-up', 'outbox-retry', 'outbox-retry']);
  });

  it('runs jobs that a clock set back has left far in the future', async () => {
    const { outbox, runs, storage } = openOutbox();
    const far = Date.now() + 10 * 3_600_000;
    await storage.put('outbox:1', { job: MAIL, attempts: 0, due: far, leased_until: far });
    await startDraining({ outbox, runs });
    expect(runs).toHaveLength(1);
  });

  it('runs a few jobs at a time, and all of them eventually', async () => {
    const { outbox, runs, storage } = openOutbox();
    for (let count = 0; count < 20; count += 1) {
      await storage.put(`outbox:${count}`, { job: DESTROY, attempts: 0, due: 0 });
    }
    const drained = outbox.drain();
    await expect.poll(() => runs).toHaveLength(6);
    for (let count = 0; count < 20; count += 1) {
      await expect.poll(() => runs.length).toBeGreaterThan(count);
      await runs[count]!.succeed();
    }
    await drained;
    expect(storage.dump()).toBe('[]');
  });

  it('logs only codes for failures', async () => {
    const told: unknown[] = [];
    const { outbox, runs } = openOutbox(new MemoryStorage(), (_, figures) => told.push(figures));
    await post(outbox, MAIL);
    await runs[0]!.fail(new Error('could not post ann@example.com'));
    pass(5_000);
    await startDraining({ outbox, runs });
    await runs[1]!.fail(new JobFailure('status-503'));
    expect(told).toEqual([
      { work: 'mail', attempts: 0, reason: 'unreachable' },
      { work: 'mail', attempts: 1, reason: 'status-503' },
    ]);
  });
});

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

const post = (outbox: Outbox, job: OutboxJob) =>
  outbox.transact(async (_, post) => {
    post(job);
  });

interface Run {
  id: string;
  kind: OutboxJob['kind'];
  succeed(): Promise<void>;
  fail(error?: Error): Promise<void>;
}

/** Creates an outbox whose jobs end when the test says so. */
function openOutbox(
  storage = new MemoryStorage(),
  log: (event: string, figures: unknown) => void = () => undefined,
) {
  const runs: Run[] = [];
  const run = ({ kind }: OutboxJob, id: string) => {
    const { promise, resolve, reject } = deferred();
    const settled = async (settle: () => void) => {
      settle();
      await new Promise(setImmediate);
    };
    const fail = (error = new Error()) => settled(() => reject(error));
    runs.push({ id, kind, succeed: () => settled(resolve), fail });
    return promise;
  };
  return { outbox: new Outbox(storage, log, run), runs, storage };
}

function deferred() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

/** Fires the alarm, and waits until a job has started. */
async function startDraining({ outbox, runs }: { outbox: Outbox; runs: Run[] }): Promise<void> {
  const before = runs.length;
  void outbox.drain();
  await expect.poll(() => runs.length).toBeGreaterThan(before);
}
