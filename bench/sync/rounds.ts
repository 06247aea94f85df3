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

  get(name: StarterName): Promise<Server> {
    const server = this.#servers.get(name) ?? STARTERS[name]();
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
  const turns = await Promise.all(scenario.servers.map((name) => prepare(scenario, name, pool)));
  for (let round = 0; round < rounds; round++) {
    const measureOne = async (turn: Turn) => samples.add(columnOf(turn.name), await turn.measure());
    if (scenario.together) await Promise.all(turns.map(measureOne));
    else for (const turn of turns) await measureOne(turn);
  }
  for (const turn of turns) await turn.cleanUp();
}

interface Turn {
  name: StarterName;
  measure(): Promise<Figures>;
  cleanUp(): Promise<void>;
}

async function prepare(scenario: Scenario, name: StarterName, pool: Pool): Promise<Turn> {
  if (scenario.fresh) return freshTurn(scenario, name);
  const server = await pool.get(name);
  const state = await scenario.prepare?.(server, name);
  return {
    name,
    measure: () => scenario.measure(server, state),
    cleanUp: async () => scenario.cleanUp?.(state),
  };
}

const freshTurn = (scenario: Scenario, name: StarterName): Turn => ({
  name,
  measure: async () => {
    const server = await STARTERS[name]();
    try {
      return await scenario.measure(server, undefined);
    } finally {
      await server.stop();
    }
  },
  cleanUp: async () => {},
});

const columnOf = (name: StarterName): ServerName =>
  name === 'ours-without-accounts' ? 'ours' : name;
