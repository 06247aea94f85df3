import { pause } from '../sync/pause.ts';
import { readCount, readNames, readOptions } from '../usage.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import type { Device } from './devices/device.ts';
import { collectGarbage } from './garbage.ts';
import { DEFAULT_SIZES, FOLDER, readCounts } from './options.ts';
import { inTime, openFilled } from './pair.ts';
import { type Column, report, type Samples } from './report.ts';
import { ServerPool } from './servers/pool.ts';

/** Yjs is not among them, because y-partyserver leaves it to the app what and how to store. */
const NAMES = ['tinyhost', 'plain', 'tinybase'] as const;
type Name = (typeof NAMES)[number];

const HELP = `npm run bench -- wake [--rounds N] [--rows N,N] [--only name,name]

  --rounds N  number of rounds; the report shows medians (5)
  --rows ...  sizes of the sleeping store, in rows of 4 cells (${DEFAULT_SIZES})
  --only ...  clients to measure: ${NAMES.join(', ')}`;

const COLUMNS: readonly Column<'milliseconds'>[] = [
  { title: 'ms', figure: 'milliseconds', hasExponent: true, hasRange: true },
];

const SETTLE_MS = 3_000;

interface Sleeper {
  name: Name;
  rows: number;
  device: Device;
}

/**
 * Measures how long a server that has just started takes to acknowledge one edit, with which a
 * device comes back to its store. Takes about four minutes.
 */
export async function run(args: string[]): Promise<void> {
  const options = {
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: DEFAULT_SIZES },
    only: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const values = readOptions(args, options);
  if (values.help) return console.log(HELP);
  const rounds = readCount('rounds', values.rounds);
  const sizes = readCounts('rows', values.rows);
  const names = readNames('only', values.only, NAMES);
  const servers = new ServerPool(FOLDER);
  try {
    const samples = await measureAll(rounds, sizes, names, servers);
    const contenders = names.map((name) => ({
      title: CONTENDERS[name].title,
      samples: samples.get(name)!,
      isBounded: name === 'tinyhost',
    }));
    console.log(`\nMedians of ${rounds} rounds.\n\n${report(COLUMNS, contenders)}`);
  } finally {
    await servers.stop();
  }
}

async function measureAll(
  rounds: number,
  sizes: number[],
  names: Name[],
  servers: ServerPool,
): Promise<Map<Name, Samples<'milliseconds'>>> {
  const samples = new Map(
    names.map((name) => [name, new Map(sizes.map((rows) => [rows, []]))] as const),
  ) as Map<Name, Samples<'milliseconds'>>;
  const sleepers = await fillRooms(sizes, names, servers);
  // TinyBase's Durable Object stores rows after it has acknowledged them.
  await pause(SETTLE_MS);
  for (let round = 0; round < rounds; round++) {
    await servers.restart();
    for (const name of names) await warmUp(CONTENDERS[name], servers);
    for (const { name, rows, device } of sleepers) {
      const milliseconds = await measureWake(device, rows, `#round ${round}`);
      samples.get(name)!.get(rows)!.push({ milliseconds });
    }
  }
  await Promise.all(sleepers.map(({ device }) => device.link.close()));
  return samples;
}

async function fillRooms(sizes: number[], names: Name[], servers: ServerPool) {
  const sleepers: Sleeper[] = [];
  for (const rows of sizes) {
    for (const name of names) {
      console.log(`${rows} rows: ${CONTENDERS[name].title}`);
      const url = await servers.url(CONTENDERS[name].server);
      const { device } = await openFilled(CONTENDERS[name], url, rows);
      await device.link.disconnect();
      sleepers.push({ name, rows, device });
    }
  }
  return sleepers;
}

/** Makes a server load its code, in another room. */
async function warmUp(contender: Contender, servers: ServerPool): Promise<void> {
  const { device } = await openFilled(contender, await servers.url(contender.server), 1);
  await device.link.disconnect();
  await device.link.close();
}

/** Resolves with the milliseconds from the start of the connection: the upgrade wakes the room. */
async function measureWake(device: Device, rows: number, text: string): Promise<number> {
  const { link, table, traffic } = device;
  table.edit(rows, 1, text);
  collectGarbage();
  await link.connect();
  await inTime('the acknowledgement of an edit', link.acknowledged());
  const milliseconds = performance.now() - traffic.createdAt;
  await inTime('saving the edit', link.saved());
  await traffic.untilQuiet();
  await link.disconnect();
  return milliseconds;
}
