import type { Samples } from './rounds.ts';
import type { Metric } from './scenario.ts';
import type { ServerName } from './server.ts';
import { median } from './statistics.ts';

/** Another metric of our own server. */
export interface OwnBaseline {
  title: string;
  metric: Metric;
}

/** Compares our median with a baseline: another server, or another metric of ours. */
export interface Target {
  /** Our median is divided by this one. With `none`, the bound applies to our median itself. */
  baseline: ServerName | OwnBaseline | 'none';
  /** Without a bound, the ratio is only reported. */
  bound?: { at: 'least' | 'most'; factor: number };
}

export interface Row {
  title: string;
  metric: Metric;
  targets: readonly Target[];
}

const atLeast = (factor: number, baseline: Target['baseline']): Target => ({
  baseline,
  bound: { at: 'least', factor },
});
const atMost = (factor: number, baseline: Target['baseline']): Target => ({
  baseline,
  bound: { at: 'most', factor },
});

/** The platform's own cost of storing every frame and sending heartbeats. */
const DURABLE_RELAY: Target = { baseline: 'durable-relay' };

/** The same figure of a store that has a single member. */
const ownPrivate = (metric: Metric): OwnBaseline => ({ title: 'ours, private', metric });

/** The same figure with HISTORY_DAYS=0. */
const withoutHistory = (metric: Metric): OwnBaseline => ({ title: 'ours, without', metric });

export const ROWS: readonly Row[] = [
  {
    title: 'edits/s, full speed, 1 receiver',
    metric: 'throughput1',
    targets: [atLeast(0.8, 'relay'), atLeast(12, 'durable-object')],
  },
  {
    title: 'edits/s, full speed, 10 receivers',
    metric: 'throughput10',
    targets: [atLeast(4, 'relay')],
  },
  {
    title: 'edits/s, full speed, 100 receivers',
    metric: 'throughput100',
    targets: [atLeast(30, 'relay')],
  },
  {
    title: 'CPU s per 1,000 edits, full speed',
    metric: 'cpuFullSpeed',
    targets: [atMost(1.5, 'relay')],
  },
  {
    title: 'CPU s per 1,000 edits, 100/s',
    metric: 'cpuSteadyRate',
    targets: [atMost(2, 'relay'), DURABLE_RELAY],
  },
  {
    title: 'latency ms p50, 100/s, 10 receivers',
    metric: 'p50',
    targets: [atMost(1.1, 'relay'), DURABLE_RELAY],
  },
  {
    title: 'latency ms p99, 100/s, 10 receivers',
    metric: 'p99',
    targets: [atMost(1.5, 'relay'), DURABLE_RELAY],
  },
  { title: 'initial sync ms, warm, 10,000 rows', metric: 'warmSync', targets: [] },
  {
    title: 'initial sync ms, after a restart',
    metric: 'coldSync',
    targets: [atMost(1.4, { title: 'ours, warm', metric: 'warmSync' })],
  },
  {
    title: 'raw join ms, 10,000 rows',
    metric: 'rawJoin',
    targets: [atMost(0.5, 'durable-object')],
  },
  {
    title: 'frames per join, 50 idle devices',
    metric: 'fanoutFrames',
    targets: [atMost(0, 'none')],
  },
  {
    title: 'memory MB, 1,000 idle rooms',
    metric: 'idleMemory',
    targets: [atMost(1.1, 'relay'), DURABLE_RELAY],
  },
  {
    title: 'idle CPU ms/s, 1,000 rooms',
    metric: 'idleCpu',
    targets: [atMost(1.5, 'relay'), DURABLE_RELAY],
  },
  {
    title: 'storage keys written per edit, full speed',
    metric: 'keysPerEdit',
    targets: [atMost(0.05, 'none')],
  },
  {
    title: 'presence updates/s, 50 members who move 20/s',
    metric: 'presenceRate',
    targets: [atLeast(0.9, 'relay')],
  },
  {
    title: 'CPU s per 1,000 presence updates to 50 members',
    metric: 'presenceCpu',
    targets: [{ baseline: 'relay' }],
  },
  {
    title: 'edits/s, full speed, shared store of 11 members',
    metric: 'sharedThroughput10',
    targets: [atLeast(0.9, ownPrivate('privateThroughput10'))],
  },
  {
    title: 'latency ms p50, 100/s, shared store of 11 members',
    metric: 'sharedP50',
    targets: [atMost(1.15, ownPrivate('privateP50'))],
  },
  {
    title: 'latency ms p99, 100/s, shared store of 11 members',
    metric: 'sharedP99',
    targets: [{ baseline: ownPrivate('privateP99') }],
  },
  {
    title: 'removal of a member ms, until 10 sockets are closed',
    metric: 'removal',
    targets: [atMost(1_000, 'none')],
  },
  {
    title: 'edits/s, full speed, 10 receivers, with a history',
    metric: 'historyThroughput10',
    targets: [atLeast(0.95, withoutHistory('plainThroughput10'))],
  },
  {
    title: 'bytes written per edit, 4 edits/s, with a history',
    metric: 'historyBytesPerEdit',
    targets: [atMost(2, withoutHistory('plainBytesPerEdit'))],
  },
  {
    title: 'read ms, 10,000 rows before all of them changed',
    metric: 'pastRead',
    targets: [{ baseline: { title: 'ours, as it is', metric: 'presentRead' } }],
  },
  { title: 'restore ms, 10,000 rows', metric: 'restore', targets: [atMost(2_000, 'none')] },
];

export interface Comparison {
  /** NaN if our server or the baseline was not measured. */
  ratio: number;
  reached: boolean;
}

export function compare(samples: Samples, row: Row, target: Target): Comparison {
  const ours = median(samples.of(row.metric, 'ours'));
  const ratio = ours / baselineOf(samples, row, target);
  return { ratio, reached: isWithin(ratio, target.bound) };
}

const isWithin = (ratio: number, bound: Target['bound']): boolean =>
  !bound || (bound.at === 'least' ? ratio >= bound.factor : ratio <= bound.factor);

function baselineOf(samples: Samples, row: Row, { baseline }: Target): number {
  if (baseline === 'none') return 1;
  if (typeof baseline === 'object') return median(samples.of(baseline.metric, 'ours'));
  return median(samples.of(row.metric, baseline));
}
