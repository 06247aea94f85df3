import type { Measurements, Metric, Scenario } from './scenario.ts';
import type { Server, ServerName } from './server.ts';
import { type ServerVariant, STARTERS } from './servers/start.ts';

/** The samples of every metric, by server. */
export class Samples {
  readonly #samples = new Map<string, number[]>();

  add(server: ServerName, measurements: Measurements): void {
    for (const [metric, value] of Object.entries(measurements)) {
      this.of(metric as Metric, server).push(value);
    }
  }

  of(metric: Metric, server: ServerName): number[] {
    const key = `${metric} ${server}`;
    const samples = this.#samples.get(key) ?? [];
    this.#samples.set(key, samples);
    return samples;
  }
}

/** Starts each server when it is first needed, and stops all of them together. */
export class ServerPool {
  readonly #servers = new Map<ServerVariant, Promise<Server>>();
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get(name: ServerVariant): Promise<Server> {
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

/** Runs a scenario `rounds` times, each round on all of its servers. */
export async function runRounds(
  scenario: Scenario,
  rounds: number,
  pool: ServerPool,
  samples: Samples,
): Promise<void> {
  const prepared = scenario.freshServers ? [] : await prepare(scenario, pool);
  for (let round = 0; round < rounds; round++) {
    if (scenario.freshServers)
      await runOnFreshServers(scenario, new ServerPool(pool.folder), samples);
    else await measureAll(scenario, prepared, samples);
  }
  for (const { state } of prepared) await scenario.cleanUp?.(state);
}

interface PreparedServer {
  name: ServerVariant;
  server: Server;
  state: unknown;
}

async function prepare(scenario: Scenario, pool: ServerPool): Promise<PreparedServer[]> {
  const prepared: PreparedServer[] = [];
  for (const name of scenario.servers) {
    const server = await pool.get(name);
    prepared.push({ name, server, state: await scenario.prepare?.(server, name) });
  }
  return prepared;
}

async function runOnFreshServers(
  scenario: Scenario,
  pool: ServerPool,
  samples: Samples,
): Promise<void> {
  try {
    await measureAll(scenario, await prepare(scenario, pool), samples);
  } finally {
    await pool.stop();
  }
}

async function measureAll(
  scenario: Scenario,
  prepared: PreparedServer[],
  samples: Samples,
): Promise<void> {
  const measure = async ({ name, server, state }: PreparedServer) => {
    try {
      samples.add(columnOf(name), await scenario.measure(server, state));
    } catch (cause) {
      throw new Error(`${scenario.name} failed on ${name}`, { cause });
    }
  };
  if (scenario.concurrent) await Promise.all(prepared.map(measure));
  else for (const server of prepared) await measure(server);
}

const columnOf = (name: ServerVariant): ServerName =>
  name.startsWith('ours') ? 'ours' : (name as ServerName);
