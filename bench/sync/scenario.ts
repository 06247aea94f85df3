import type { Server } from './server.ts';
import type { ServerVariant } from './servers/start.ts';

/** rows.ts gives each metric its title, with the unit. */
export type Metric =
  | 'throughput1'
  | 'throughput10'
  | 'throughput100'
  | 'cpuFullSpeed'
  | 'cpuSteadyRate'
  | 'p50'
  | 'p99'
  | 'coldSync'
  | 'warmSync'
  | 'rawJoin'
  | 'fanoutFrames'
  | 'idleMemory'
  | 'idleCpu'
  | 'keysPerEdit'
  /** Updates a second that each member gets. */
  | 'presenceRate'
  | 'presenceCpu'
  | 'sharedThroughput10'
  | 'privateThroughput10'
  | 'sharedP50'
  | 'privateP50'
  | 'sharedP99'
  | 'privateP99'
  | 'removal'
  | 'historyThroughput10'
  | 'plainThroughput10'
  | 'historyBytesPerEdit'
  | 'plainBytesPerEdit'
  | 'pastRead'
  | 'presentRead'
  | 'restore';

export type Measurements = Partial<Record<Metric, number>>;

/** One kind of measurement. Every round runs it on each of its servers. */
export interface Scenario<State = unknown> {
  name: string;
  servers: readonly ServerVariant[];
  /** Starts new servers for every round, instead of sharing them with other scenarios. */
  freshServers?: boolean;
  /** Measures all servers at the same time, instead of one after the other. */
  concurrent?: boolean;
  /** Runs once per server, before the first round. */
  prepare?(server: Server, name: ServerVariant): Promise<State>;
  measure(server: Server, state: State): Promise<Measurements>;
  cleanUp?(state: State): Promise<void>;
}
