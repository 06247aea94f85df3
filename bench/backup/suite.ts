import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pause } from '../sync/pause.ts';
import { median, percentile } from '../sync/statistics.ts';
import { readCount, readNames, readOptions } from '../usage.ts';
import { PacedEditor } from './edit-latency.ts';
import { type FilledServer, startFilled } from './filled-server.ts';
import { readBackup } from './read-backup.ts';

const ENGINES = ['partykit', 'workers'] as const;

/** How much longer the slowest edits may take during a backup. */
const MAX_RATIO = 2;

/** A folder in memory, if there is one: the bench does not compare disks. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const HELP = `npm run bench -- backup [--rounds N] [--accounts N] [--only name,name]

  --rounds N    backups; between them, edits are measured without one (5)
  --accounts N  accounts of about 10 kB each (1000)
  --only ...    engines: ${ENGINES.join(', ')}`;

interface Measured {
  /** Megabytes per second of each backup. */
  rates: number[];
  /** Milliseconds from an edit until another device has it. */
  during: number[];
  without: number[];
}

/** Measures a backup, and what it does to the edits of a user. Takes about two minutes. */
export async function run(args: string[]): Promise<void> {
  const options = {
    rounds: { type: 'string', default: '5' },
    accounts: { type: 'string', default: '1000' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const values = readOptions(args, options);
  if (values.help) return console.log(HELP);
  const rounds = readCount('rounds', values.rounds);
  const accounts = readCount('accounts', values.accounts);
  for (const engine of readNames('only', values.only, ENGINES)) {
    console.log(`\nbackup of ${accounts.toLocaleString('en')} accounts on ${engine}`);
    const server = await startFilled(engine, FOLDER, accounts);
    try {
      report(await measure(server, rounds));
    } finally {
      await server.stop();
    }
  }
}

/** Alternates, so that changes in the load of the machine affect both. */
async function measure({ url, room }: FilledServer, rounds: number): Promise<Measured> {
  const measured: Measured = { rates: [], during: [], without: [] };
  const editor = await PacedEditor.open(room);
  try {
    // The first round warms up the code.
    for (let round = 0; round <= rounds; round++) {
      const during = await editor.editDuring(() => readBackup(url));
      const { bytes, milliseconds } = during.value;
      const without = await editor.editDuring(() => pause(milliseconds));
      if (round === 0) {
        console.log(`  ${during.value.accounts} accounts, ${(bytes / 1e6).toFixed(1)} MB`);
        continue;
      }
      measured.rates.push(bytes / 1000 / milliseconds);
      measured.during.push(...during.latencies);
      measured.without.push(...without.latencies);
    }
  } finally {
    editor.close();
  }
  return measured;
}

function report({ rates, during, without }: Measured): void {
  console.log(`  ${median(rates).toFixed(2)} MB/s`);
  for (const [title, share, target] of [
    ['p50', 0.5, undefined],
    ['p99', 0.99, MAX_RATIO],
  ] as const) {
    const slow = percentile(during, share);
    const plain = percentile(without, share);
    const ratio = slow / plain;
    const verdict = ratio <= MAX_RATIO ? 'reached' : 'missed';
    const end = target === undefined ? '' : `, target <= ${target}: ${verdict}`;
    const times = `${slow.toFixed(1)} ms during a backup, ${plain.toFixed(1)} ms without`;
    console.log(`  ${title} of ${during.length} edits: ${times}: ${ratio.toFixed(2)}${end}`);
  }
}
