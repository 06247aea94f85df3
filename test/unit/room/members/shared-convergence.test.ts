import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Role } from '../../../../src/protocol/membership.ts';
import {
  ACCOUNTS,
  DEVICES,
  type Name,
  SharedWorld,
} from '../../../helpers/convergence/shared-world.ts';

/** The number of schedules to try, each of up to 60 steps, and where to begin. */
const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 100);
const SEED = process.env.CONVERGENCE_SEED;

const counts = { refusals: 0, removals: 0, restores: 0 };

beforeEach(() => {
  // Rooms write a log.
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

afterAll(() => console.log(`${RUNS} schedules: ${JSON.stringify(counts)}`));

interface Step {
  do: string;
  device?: number;
  name?: Name;
  row?: string;
  role?: Role | undefined;
  count?: number;
}

const device = fc.nat(DEVICES - 1);
const name = fc.constantFrom<Name>('bob', 'eve');
const row = fc.constantFrom('a', 'b', '__proto__');
const role = fc.constantFrom<(Role | undefined)[]>(
  'owner',
  'editor',
  'viewer',
  'viewer',
  undefined,
);

const step = (weight: number, names: string[], fields: object = {}) => ({
  weight,
  arbitrary: fc.record({ do: fc.constantFrom(...names), ...fields }) as fc.Arbitrary<Step>,
});

const steps = fc.array(
  fc.oneof(
    step(10, ['edit'], { device, row }),
    step(3, ['delete'], { device, row }),
    step(5, ['role'], { name, role }),
    step(4, ['role'], { name, role: fc.constant(undefined) }),
    step(5, ['toggle'], { device }),
    step(2, ['write'], { name, row }),
    step(9, ['restore', 'restore', 'undo'], {
      name: fc.constantFrom(...ACCOUNTS),
      count: fc.nat(100),
    }),
    step(1, ['manual'], { device: fc.nat(2) }),
    step(1, ['read'], { name }),
    step(8, ['deliver'], { count: fc.nat(6) }),
    step(3, ['settle']),
    step(2, ['beat', 'evict']),
    step(1, ['kill']),
  ),
  { size: 'max', maxLength: 60 },
);

async function run(world: SharedWorld, step: Step): Promise<void> {
  const { device = 0, name = 'bob', row = '' } = step;
  const author = world.ownerOf(device);
  if (step.do === 'edit') world.store(device).setCell('t', row, 'c', world.rights.mark(author));
  if (step.do === 'delete') world.store(device).delCell('t', row, 'c', true);
  if (step.do === 'toggle')
    await (world.isJoined(device) ? leave(world, device) : world.join(device));
  if (step.do === 'role') await changeRole(world, name, step.role);
  if (step.do === 'write') await write(world, name, row);
  if (step.do === 'restore') await restore(world, name, step.count!);
  if (step.do === 'undo') await undo(world, name, step.count!);
  if (step.do === 'manual') await syncManually(world, device);
  if (step.do === 'read') await read(world, name);
  if (step.do === 'deliver') await world.room.step(step.count!);
  if (step.do === 'settle') await world.settle();
  if (step.do === 'beat') await world.room.room.alarm();
  if (step.do === 'evict') await world.evict();
  if (step.do === 'kill') await world.kill();
  world.reap();
  // Clocks never stand still for long.
  await world.pass(1);
}

const leave = (world: SharedWorld, device: number) => world.leave(device);

async function changeRole(world: SharedWorld, name: Name, role: Role | undefined): Promise<void> {
  await expectRightsKept(world);
  if (!role && world.rights.roleOf(name)) counts.removals += 1;
  await world.setRole(name, role);
}

/** The status of a response to a request that may read or write. */
const expected = (world: SharedWorld, name: Name, done: number, viewers: number) => {
  if (!world.rights.roleOf(name)) return 422;
  return world.rights.mayWrite(name) ? done : viewers;
};

async function write(world: SharedWorld, name: Name, row: string): Promise<void> {
  const { status } = await world.write(name, row, world.rights.mark(name));
  expect(status).toBe(expected(world, name, 204, 422));
}

/** Brings the store back to what it was just before some moment. */
async function restore(world: SharedWorld, name: Name, pick: number): Promise<void> {
  const moments = await world.moments();
  if (moments.length > 0) await restoreTo(world, name, moments[pick % moments.length]!);
}

/** Takes some earlier restore back. */
async function undo(world: SharedWorld, name: Name, pick: number): Promise<void> {
  const moments = [...world.beforeRestores.keys()];
  if (moments.length > 0) await restoreTo(world, name, moments[pick % moments.length]!);
}

async function restoreTo(world: SharedWorld, name: Name, moment: string): Promise<void> {
  const [before, then] = [await world.content(), await world.content(moment)];
  const response = await world.restore(name, moment);
  expect(response.status).toBe(expected(world, name, 200, 422));
  expect(await world.content()).toEqual(response.ok ? then : before);
  if (!response.ok) return;
  const { changed, undo } = await response.json();
  if (changed > 0) world.beforeRestores.set(undo, before);
  counts.restores += changed > 0 ? 1 : 0;
}

/** The history still has what the store was before each restore. */
async function expectHistory(world: SharedWorld): Promise<void> {
  for (const [moment, content] of world.beforeRestores) {
    expect(await world.content(moment)).toEqual(content);
  }
}

async function syncManually(world: SharedWorld, device: number): Promise<void> {
  const { status } = await world.syncManually(device);
  expect(status).toBe(expected(world, world.ownerOf(device), 200, 200));
}

async function read(world: SharedWorld, name: Name): Promise<void> {
  const response = await world.request(name, 'store');
  expect(response.status).toBe(expected(world, name, 200, 200));
  if (!response.ok) expect(await response.json()).toMatchObject({ error: 'not_found' });
}

/** Nobody has seen a write that its author was not allowed, or anything after a removal. */
async function expectRightsKept(world: SharedWorld): Promise<void> {
  const content = await (await world.request('ann', 'store')).text();
  for (const author of ACCOUNTS) {
    const others = ACCOUNTS.filter((name) => name !== author);
    const seen = [content, ...others.flatMap((name) => world.receivedBy(name))].join('\n');
    expect(world.rights.forbidden(author).filter((mark) => seen.includes(mark))).toEqual([]);
    const frames = world.rights.framesAtRemoval(author);
    if (frames !== undefined) expect(world.receivedBy(author)).toHaveLength(frames);
  }
}

async function expectConvergence(world: SharedWorld): Promise<void> {
  await world.rest();
  await expectRightsKept(world);
  expect(world.closes).toEqual([]);
  const [first, ...others] = world.mergeable.map((store) => store.getMergeableContent());
  for (const other of others) expect(other).toEqual(first);
  for (const index of world.present) {
    expect(world.store(index).getContent()).toEqual(world.store(0).getContent());
  }
  await world.kill();
  const stored = await (await world.request('ann', 'store')).json();
  const { heartbeat: _, ...values } = world.store(0).getValues();
  expect(stored).toEqual({ tables: world.store(0).getTables(), values });
  await expectHistory(world);
}

it('makes the devices of all members agree with the store, whatever their roles were, whatever they restored, and lets nobody see or write what they may not', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const world = new SharedWorld();
      await world.start();
      for (const step of steps) await run(world, step);
      await expectConvergence(world);
      counts.refusals += world.rights.refusals;
      world.stop();
    }),
    { numRuns: RUNS, ...(SEED && { seed: Number(SEED) }) },
  );
  expect(Math.min(counts.refusals, counts.removals)).toBeGreaterThan(RUNS / 5);
  expect(counts.restores).toBeGreaterThan(RUNS / 20);
}, 600_000);
