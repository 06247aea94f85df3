import { readCount, readNames, readOptions } from '../usage.ts';
import { CONTENDER_NAMES, CONTENDERS, type Contender, type ContenderName } from './contenders.ts';
import { DEFAULT_SIZES, FOLDER, readCounts } from './options.ts';
import { closePair, openPair, type Pair } from './pair.ts';
import { type Cost, type Edits, measureReconnection, SIDES } from './reconnection.ts';
import { type Column, report, type Samples } from './report.ts';
import { ServerPool } from './servers/pool.ts';

const HELP = `npm run bench -- reconnect [--rounds N] [--rows N,N] [--changes N,N] [--only name,name]

  --rounds N     number of rounds; the report shows medians (3)
  --rows ...     sizes of the store, in rows of 4 cells (${DEFAULT_SIZES}); 200000 takes long
  --changes ...  numbers of edits made while the device is offline (1,10,1000)
  --only ...     clients to measure: ${CONTENDER_NAMES.join(', ')}`;

const COLUMNS: readonly Column<keyof Cost | 'bytes'>[] = [
  { title: 'bytes up', figure: 'bytesUp' },
  { title: 'bytes down', figure: 'bytesDown' },
  { title: 'both', figure: 'bytes', hasExponent: true },
  { title: 'frames up', figure: 'framesUp' },
  { title: 'frames down', figure: 'framesDown' },
  { title: 'ms', figure: 'milliseconds', hasExponent: true, hasRange: true },
];

type Figure = (typeof COLUMNS)[number]['figure'];

interface Options {
  rounds: number;
  sizes: number[];
  kinds: Edits[];
  names: ContenderName[];
}

/** By the kind of the edits and the contender. */
type AllSamples = Map<Edits, Map<ContenderName, Samples<Figure>>>;

/**
 * Measures what it costs a device to come back after edits that were made here or elsewhere while
 * it was offline. Takes about eight minutes.
 */
export async function run(args: string[]): Promise<void> {
  const options = {
    rounds: { type: 'string', default: '3' },
    rows: { type: 'string', default: DEFAULT_SIZES },
    changes: { type: 'string', default: '1,10,1000' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const values = readOptions(args, options);
  if (values.help) return console.log(HELP);
  const changes = readCounts('changes', values.changes);
  const chosen: Options = {
    rounds: readCount('rounds', values.rounds),
    sizes: readCounts('rows', values.rows),
    kinds: changes.flatMap((count) => SIDES.map((side) => ({ side, changes: count }))),
    names: readNames('only', values.only, CONTENDER_NAMES),
  };
  console.log(print(chosen, await measureAll(chosen)));
}

async function measureAll(options: Options): Promise<AllSamples> {
  const samples: AllSamples = new Map(options.kinds.map((kind) => [kind, new Map()]));
  const servers = new ServerPool(FOLDER);
  try {
    for (const rows of options.sizes) await measureSize(rows, options, servers, samples);
  } finally {
    await servers.stop();
  }
  return samples;
}

/**
 * Alternates between the contenders, so that changes in the machine's load affect all of them. A
 * contender that fails at a size is not measured further at this size.
 */
async function measureSize(
  rows: number,
  { rounds, kinds, names }: Options,
  servers: ServerPool,
  samples: AllSamples,
): Promise<void> {
  const pairs = new Map<ContenderName, Pair>();
  for (const name of names) {
    console.log(`${rows} rows: ${CONTENDERS[name].title}`);
    const contender: Contender = CONTENDERS[name];
    pairs.set(name, await openPair(contender, await servers.url(contender.server), rows));
  }
  // Yjs remembers what was overwritten: the kinds with the fewest edits come first.
  for (const kind of kinds) {
    // The first round warms up the code.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, pair] of pairs) {
        try {
          const cost = await measureReconnection(pair, rows, kind);
          if (round > 0) add(samples.get(kind)!, name, rows, cost);
        } catch (error) {
          const { side, changes } = kind;
          console.error(`${name}, ${rows} rows, ${changes} edits made ${side}: ${error}`);
          pairs.delete(name);
          await closePair(pair);
        }
      }
    }
  }
  await Promise.all([...pairs.values()].map(closePair));
}

function add(
  byName: Map<ContenderName, Samples<Figure>>,
  name: ContenderName,
  rows: number,
  cost: Cost,
): void {
  const bySize = byName.get(name) ?? new Map();
  byName.set(name, bySize);
  const sample = { ...cost, bytes: cost.bytesUp + cost.bytesDown };
  bySize.set(rows, [...(bySize.get(rows) ?? []), sample]);
}

const print = ({ rounds }: Options, samples: AllSamples): string =>
  [`\nMedians of ${rounds} rounds.`]
    .concat(
      [...samples].map(([{ side, changes }, byName]) => {
        const contenders = [...byName].map(([name, bySize]) => ({
          title: CONTENDERS[name].title,
          samples: bySize,
          isBounded: name === 'tinyhost',
        }));
        return `${changes === 1 ? '1 edit' : `${changes} edits`} made ${side}\n\n${report(COLUMNS, contenders)}`;
      }),
    )
    .join('\n\n');
