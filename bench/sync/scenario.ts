import type { Server } from './server.ts';
import type { StarterName } from './servers/start.ts';

/** The figures of the report; rows.ts says what each is. */
export type Metric =
  | 'rate1'
  | 'rate10'
  | 'rate100'
  | 'cpu'
  | 'cpuSteady'
  | 'p50'
  | 'p99'
  | 'coldCopy'
  | 'warmCopy'
  | 'join'
  | 'joinerFrames'
  | 'roomMemory'
  | 'roomRest'
  | 'keys';

export type Figures = Partial<Record<Metric, number>>;

/** One kind of run, repeated round by round with the servers taking turns. */
export interface Scenario<State = unknown> {
  name: string;
  servers: readonly StarterName[];
  /** Whether every measurement needs a server that nothing else has used. */
  fresh?: boolean;
  /** Whether the servers are measured at the same time, instead of one after the other. */
  together?: boolean;
  /** Done once per server, before the first round. */
  prepare?(server: Server, name: StarterName): Promise<State>;
  measure(server: Server, state: State): Promise<Figures>;
  cleanUp?(state: State): Promise<void>;
}
