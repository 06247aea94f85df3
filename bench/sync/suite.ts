import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readCount, readNames, readOptions, UsageError } from '../usage.ts';
import { report } from './report.ts';
import { runRounds, Samples, ServerPool } from './rounds.ts';
import type { Scenario } from './scenario.ts';
import { history } from './scenarios/history.ts';
import { idleRooms } from './scenarios/idle-rooms.ts';
import { initialSync, rawJoin } from './scenarios/initial-sync.ts';
import { joinFanout } from './scenarios/join-fanout.ts';
import { keyWrites } from './scenarios/key-writes.ts';
import { presence } from './scenarios/presence.ts';
import { removal } from './scenarios/removal.ts';
import { sharedStore } from './scenarios/shared-store.ts';
import { steadyRateTo1, steadyRateTo10 } from './scenarios/steady-rate.ts';
import { throughputTo1, throughputTo10, throughputTo100 } from './scenarios/throughput.ts';

const SCENARIOS = [
  throughputTo1,
  throughputTo10,
  throughputTo100,
  steadyRateTo1,
  steadyRateTo10,
  keyWrites,
  joinFanout,
  presence,
  sharedStore,
  removal,
  history,
  rawJoin,
  initialSync,
  idleRooms,
] as Scenario[];

const NAMES = SCENARIOS.map(({ name }) => name);

/**
 * A durable write waits for the disk, which other processes use too. Servers store in memory by
 * default, so that the bench compares servers and not disks.
 */
const MEMORY = '/dev/shm';
const FOLDER = existsSync(MEMORY) ? MEMORY : tmpdir();

const HELP = `npm run bench -- sync [--rounds N] [--only name,name]

  --rounds N   number of rounds; the report shows medians (3)
  --store DIR  folder for the servers' storage (${FOLDER})
  --only ...   scenarios to run: ${NAMES.join(', ')}`;

/** Compares our sync room with TinyBase's servers and a relay. Takes about eight minutes. */
export async function run(args: string[]): Promise<void> {
  const options = {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    store: { type: 'string', default: FOLDER },
    help: { type: 'boolean' },
  } as const;
  const values = readOptions(args, options);
  if (values.help) return console.log(HELP);
  const rounds = readCount('rounds', values.rounds);
  const names = readNames('only', values.only, NAMES);
  const chosen = SCENARIOS.filter(({ name }) => names.includes(name));
  if (!existsSync(values.store)) throw new UsageError(`--store: no such folder: ${values.store}`);
  const pool = new ServerPool(values.store);
  const samples = new Samples();
  try {
    for (const scenario of chosen) {
      console.log(`${scenario.name} on ${scenario.servers.join(', ')}`);
      await runRounds(scenario, rounds, pool, samples);
    }
  } finally {
    await pool.stop();
  }
  console.log(`\nMedians of ${rounds} rounds; the servers stored in ${values.store}:\n`);
  console.log(report(samples));
}
