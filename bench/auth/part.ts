import { median, percentile } from '../sync/statistics.ts';
import { readCount, readNames, readNumber, readOptions } from '../usage.ts';
import { FIGURES, type Figure, type Population } from './figures.ts';
import { drive, type Rate } from './load.ts';
import { SUBJECTS, type Subject, type SubjectName } from './subjects.ts';

const NAMES = Object.keys(SUBJECTS) as SubjectName[];

const HELP = `npm run bench -- auth [--rounds N] [--seconds N] [--only name,name]

  --rounds N   how often everything is measured; medians are reported (3)
  --seconds N  how long each time (4)
  --only ...   some of: ${NAMES.join(', ')}`;

interface Contender {
  name: SubjectName;
  subject: Subject;
  population: Population;
}

/** Sign-ups, sign-ins and session look-ups, beside better-auth. Takes about six minutes. */
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
      const population = { emails: [], sessions: [] };
      contenders.push({ name, subject: await SUBJECTS[name](), population });
    }
    for (const figure of FIGURES) {
      await compare(figure, contenders, rounds, seconds);
    }
    for (const { name, subject } of contenders) await compareRefusals(name, subject);
  } finally {
    await Promise.all(contenders.map(({ subject }) => subject.stop()));
  }
}

/** Measures one figure on all servers, which take turns, so that all meet the same machine. */
async function compare(
  figure: Figure,
  contenders: Contender[],
  rounds: number,
  seconds: number,
): Promise<void> {
  const rates = new Map<SubjectName, Rate[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, subject, population } of contenders) {
      const run = (turn: number) => figure.run(subject, population, turn);
      const rate = await drive(figure.concurrency, seconds, run, subject.cpuSeconds);
      rates.set(name, [...(rates.get(name) ?? []), rate]);
    }
  }
  const medians = new Map([...rates].map(([name, all]) => [name, medianOf(all)]));
  console.log(`\n${figure.title}`);
  for (const [name, { perSecond, perCpuSecond, p99 }] of medians) {
    const rates = `${pad(perSecond)}/s  ${pad(perCpuSecond)}/s of CPU`;
    console.log(`  ${name.padEnd(27)}${rates}   p99 ${p99.toFixed(1)} ms`);
  }
  const ours = medians.get('ours');
  for (const { over, by, factor } of figure.targets) {
    const theirs = medians.get(over);
    if (!ours || !theirs) continue;
    const ratio = ours[by] / theirs[by];
    const unit = by === 'perSecond' ? 'per second' : 'per second of CPU';
    console.log(`  ours over ${over}, ${unit}: ${ratio.toFixed(2)}${verdict(ratio, factor)}`);
  }
}

const pad = (rate: number): string => rate.toFixed(1).padStart(8);

const verdict = (ratio: number, factor: number | undefined): string =>
  factor === undefined ? '' : `, to reach ${factor}: ${ratio >= factor ? 'reached' : 'missed'}`;

const medianOf = (rates: Rate[]): Rate => ({
  perSecond: median(rates.map(({ perSecond }) => perSecond)),
  perCpuSecond: median(rates.map(({ perCpuSecond }) => perCpuSecond)),
  p99: median(rates.map(({ p99 }) => p99)),
});

/** Whether the time of a refused sign-in tells if there is such an account. */
async function compareRefusals(name: SubjectName, subject: Subject): Promise<void> {
  const TRIES = 100;
  await subject.signUp('known@example.com');
  const known: number[] = [];
  const unknown: number[] = [];
  for (let turn = 0; turn < TRIES; turn += 1) {
    known.push(await subject.timeRefusal('known@example.com'));
    unknown.push(await subject.timeRefusal(`unknown-${turn}@example.com`));
  }
  console.log(`\nsign-ins refused by ${name}, ${TRIES} of each in turn`);
  for (const [title, took] of [
    ['wrong password', known],
    ['unknown address', unknown],
  ] as const) {
    const shares = [0.1, 0.5, 0.9].map((share) => percentile(took, share).toFixed(1));
    console.log(`  ${title.padEnd(27)}p10 ${shares[0]}  median ${shares[1]}  p90 ${shares[2]} ms`);
  }
}
