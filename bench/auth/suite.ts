import { median, percentile } from '../sync/statistics.ts';
import { readCount, readNames, readNumber, readOptions } from '../usage.ts';
import { generateLoad, type Rate } from './load-generator.ts';
import { type AuthServer, SERVERS, type ServerName } from './servers.ts';
import { type Accounts, WORKLOADS, type Workload } from './workloads.ts';

const NAMES = Object.keys(SERVERS) as ServerName[];

const HELP = `npm run bench -- auth [--rounds N] [--seconds N] [--only name,name]

  --rounds N   number of rounds; the report shows medians (3)
  --seconds N  duration of each measurement (4)
  --only ...   servers to measure: ${NAMES.join(', ')}`;

interface Contender {
  name: ServerName;
  server: AuthServer;
  accounts: Accounts;
}

/** Compares sign-ups, sign-ins and session look-ups with better-auth. Takes about six minutes. */
export async function run(args: string[]): Promise<void> {
  const options = {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const values = readOptions(args, options);
  if (values.help) return console.log(HELP);
  const rounds = readCount('rounds', values.rounds);
  const seconds = readNumber('seconds', values.seconds);
  const names = readNames('only', values.only, NAMES);
  const contenders: Contender[] = [];
  try {
    for (const name of names) {
      const accounts = { emails: [], sessions: [] };
      contenders.push({ name, server: await SERVERS[name](), accounts });
    }
    for (const workload of WORKLOADS) {
      await compare(workload, contenders, rounds, seconds);
    }
    for (const { name, server } of contenders) await compareRefusals(name, server);
  } finally {
    await Promise.all(contenders.map(({ server }) => server.stop()));
  }
}

/** Alternates between the servers, so that changes in the machine's load affect all of them. */
async function compare(
  workload: Workload,
  contenders: Contender[],
  rounds: number,
  seconds: number,
): Promise<void> {
  const rates = new Map<ServerName, Rate[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, server, accounts } of contenders) {
      const run = (iteration: number) => workload.run(server, accounts, iteration);
      const rate = await generateLoad(workload.concurrency, seconds, run, server.cpuSeconds);
      rates.set(name, [...(rates.get(name) ?? []), rate]);
    }
  }
  const medians = new Map([...rates].map(([name, all]) => [name, medianOf(all)]));
  console.log(`\n${workload.title}`);
  for (const [name, { perSecond, perCpuSecond, p99 }] of medians) {
    const rates = `${pad(perSecond)}/s  ${pad(perCpuSecond)}/s of CPU`;
    console.log(`  ${name.padEnd(27)}${rates}   p99 ${p99.toFixed(1)} ms`);
  }
  const ours = medians.get('ours');
  for (const { baseline, metric, minRatio } of workload.targets) {
    const theirs = medians.get(baseline);
    if (!ours || !theirs) continue;
    const ratio = ours[metric] / theirs[metric];
    const unit = metric === 'perSecond' ? 'per second' : 'per second of CPU';
    console.log(`  ours / ${baseline}, ${unit}: ${ratio.toFixed(2)}${verdict(ratio, minRatio)}`);
  }
}

const pad = (rate: number): string => rate.toFixed(1).padStart(8);

const verdict = (ratio: number, min: number | undefined): string =>
  min === undefined ? '' : `, target >= ${min}: ${ratio >= min ? 'reached' : 'missed'}`;

const medianOf = (rates: Rate[]): Rate => ({
  perSecond: median(rates.map(({ perSecond }) => perSecond)),
  perCpuSecond: median(rates.map(({ perCpuSecond }) => perCpuSecond)),
  p99: median(rates.map(({ p99 }) => p99)),
});

/** Compares refused sign-ins: their time must not reveal whether the account exists. */
async function compareRefusals(name: ServerName, server: AuthServer): Promise<void> {
  const ATTEMPTS = 100;
  await server.signUp('known@example.com');
  const known: number[] = [];
  const unknown: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    known.push(await server.timeRefusedSignIn('known@example.com'));
    unknown.push(await server.timeRefusedSignIn(`unknown-${attempt}@example.com`));
  }
  console.log(`\nsign-ins refused by ${name}, ${ATTEMPTS} of each kind, alternating`);
  for (const [title, times] of [
    ['wrong password', known],
    ['unknown address', unknown],
  ] as const) {
    const [p10, p50, p90] = [0.1, 0.5, 0.9].map((share) => percentile(times, share).toFixed(1));
    console.log(`  ${title.padEnd(27)}p10 ${p10}  median ${p50}  p90 ${p90} ms`);
  }
}
