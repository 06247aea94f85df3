import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ResumeCounts } from '../../../helpers/convergence/resume-counts.ts';
import { ResumeWorld } from '../../../helpers/convergence/resume-world.ts';
import { clocksOf, storedClocks } from '../../../helpers/convergence/saved-claims.ts';
import { run, schedules } from '../../../helpers/convergence/schedules.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';

/** The number of schedules to try, and where to begin. */
const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 200);
const SEED = process.env.CONVERGENCE_SEED;

const counts = new ResumeCounts();
let claims = 0;

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

afterAll(() => {
  console.log(`${RUNS} schedules: ${claims} times saved, resumes: ${JSON.stringify(counts)}`);
});

/** Both of our devices know a cursor. */
async function prepare(world: ResumeWorld): Promise<void> {
  world.store(0).setCell('a', 'a', 'c', 'first');
  await world.join(0);
  await world.join(1);
  await world.settle();
  await world.beat();
  await world.settle();
}

async function expectConvergence(world: ResumeWorld): Promise<void> {
  await world.rest();
  expect(await world.claims.takeFalse()).toEqual([]);
  const { mergeableStores, plain, persisted, room } = world;
  const [first, ...others] = mergeableStores.map((store) => store.getMergeableContent());
  for (const other of others) expect(other).toEqual(first);
  for (const store of [...mergeableStores, persisted.store]) {
    expect(store.getContent()).toEqual(plain.getContent());
  }
  expect(world.claims.missingIn(plain)).toEqual([]);
  expect(world.closes).toEqual([]);
  expect(await storedClocks(room.storage)).toEqual(clocksOf(plain));
  const restarted = await new MemoryRoom({}, room.storage.copy()).start();
  const response = await restarted.room.request(new Request('http://room/store'));
  const { heartbeat: _, ...values } = plain.getValues();
  expect(await response.json()).toEqual({ tables: plain.getTables(), values });
}

it('makes resuming devices converge with all others, whatever their cursors, and loses nothing that was saved', async () => {
  const { boolean } = fc;
  await fc.assert(
    fc.asyncProperty(boolean(), schedules, boolean(), async (isPrepared, steps, isCold) => {
      const world = new ResumeWorld(counts);
      await world.start();
      if (isPrepared) await prepare(world);
      for (const step of steps) {
        await run(world, step);
        expect(await world.claims.takeFalse()).toEqual([]);
      }
      if (isCold) await world.comeBackCold();
      await expectConvergence(world);
      claims += world.claims.count;
      world.stop();
    }),
    { numRuns: RUNS, ...(SEED && { seed: Number(SEED) }) },
  );
  const { complete, unread, incomplete } = counts;
  expect(Math.min(complete, unread, incomplete, claims)).toBeGreaterThan(RUNS / 4);
}, 600_000);
