import type { Figures, Metric, Scenario } from './scenario.ts';
import type { Server, ServerName } from './server.ts';
import { STARTERS, type StarterName } from './servers/start.ts';

/** The samples of every figure, by server. */
export class Samples {
  readonly #samples = new Map<string, number[]>();

  add(server: ServerName, figures: Figures): void {
    for (const [metric, figure] of Object.entries(figures)) {
      this.of(metric as Metric, server).push(figure);
    }
  }

  of(metric: Metric, server: ServerName): number[] {
    const key = `${metric} ${server}`;
    const samples = this.#samples.get(key) ?? [];
    this.#samples.set(key, samples);
    return samples;
  }
}

/** Servers that are started when they are first needed, and stopped together. */
export class Pool {
  readonly #servers = new Map<StarterName, Promise<Server>>();
  /** Where they store. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get(name: StarterName): Promise<Server> {
    const server = this.#servers.get(name) ?? STARTERS[name](this.folder);
    this.#servers.set(name, server);
    return server;
  }

  async stop(): Promise<void> {
    const servers = await Promise.all(this.#servers.values());
    await Promise.all(servers.map((server) => server.stop()));
    this.#servers.clear();
  }
}

/** Runs a scenario `rounds` times on each of its servers, which take turns. */
export async function runRounds(
  scenario: Scenario,
  rounds: number,
  pool: Pool,
  samples: Samples,
): Promise<void> {
  const turns = scenario.fresh ? [] : await prepare(scenario, pool);
  for (let round = 0; round < rounds; round++) {
    if (scenario.fresh) await runOnFreshServers(scenario, new Pool(pool.folder), samples);
    else await measureAll(scenario, turns, samples);
  }
  for (const { state } of turns) await scenario.cleanUp?.(state);
}

interface Turn {
  name: StarterName;
  server: Server;
  state: unknown;
}

async function prepare(scenario: Scenario, pool: Pool): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const name of scenario.servers) {
    const server = await pool.get(name);
    turns.push({ name, server, state: await scenario.prepare?.(server, name) });
  }
  return turns;
}

async function runOnFreshServers(scenario: Scenario, pool: Pool, samples: Samples): Promise<void> {
  try {
    await measureAll(scenario, await prepare(scenario, pool), samples);
  } finally {
    await pool.stop();
  }
}

async function measureAll(scenario: Scenario, turns: Turn[], samples: Samples): Promise<void> {
  const measure = async ({ name, server, state }: Turn) =>
    samples.add(columnOf(name), await scenario.measure(server, state));
  if (scenario.together) await Promise.all(turns.map(measure));
  else for (const turn of turns) await measure(turn);
}

const columnOf = (name: StarterName): ServerName =>
  name === 'ours-without-accounts' || name === 'ours-counting-keys' ? 'ours' : name;
