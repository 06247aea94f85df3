import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readCount, readNames, readOptions, UsageError } from '../usage.ts';
import { report } from './report.ts';
import { Pool, runRounds, Samples } from './rounds.ts';
import type { Scenario } from './scenario.ts';
import { copies, joins } from './scenarios/copies.ts';
import { floodOf1, floodOf10, floodOf100 } from './scenarios/flood.ts';
import { joiner } from './scenarios/joiner.ts';
import { keys } from './scenarios/keys.ts';
import { rooms } from './scenarios/rooms.ts';
import { steadyOf1, steadyOf10 } from './scenarios/steady.ts';

const SCENARIOS = [
  floodOf1,
  floodOf10,
  floodOf100,
  steadyOf1,
  steadyOf10,
  keys,
  joiner,
  joins,
  copies,
  rooms,
] as Scenario[];

const NAMES = SCENARIOS.map(({ name }) => name);

/**
 * Every durable write waits for the disk, and a disk is shared with whatever else the machine does.
 * Servers are compared, not disks, so all of them store in memory unless told otherwise.
 */
const MEMORY = '/dev/shm';
const FOLDER = existsSync(MEMORY) ? MEMORY : tmpdir();

const HELP = `npm run bench -- sync [--rounds N] [--only name,name]

  --rounds N   how often everything is measured; medians are reported (3)
  --store DIR  where the servers store (${FOLDER})
  --only ...   some of: ${NAMES.join(', ')}`;

/** Our sync room beside TinyBase's servers and a relay. Takes about six minutes. */
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
  if (!existsSync(values.store))
    throw new UsageError(`--store: there is no folder ${values.store}`);
  const pool = new Pool(values.store);
  const samples = new Samples();
  try {
    for (const scenario of chosen) {
      console.log(`${scenario.name} on ${scenario.servers.join(', ')}`);
      await runRounds(scenario, rounds, pool, samples);
    }
  } finally {
    await pool.stop();
  }
  console.log(
    `\nMedians of ${rounds} runs, the servers took turns, they stored in ${values.store}:\n`,
  );
  console.log(report(samples));
}
