import type { Samples } from './rounds.ts';
import type { Metric } from './scenario.ts';
import type { ServerName } from './server.ts';
import { median } from './statistics.ts';

/** A figure of ours compared with another one, and how it should compare. */
export interface Target {
  /** What ours is divided by; a row without it compares ours with nothing. */
  over: ServerName | 'ours when warm' | 'nothing';
  /** What the ratio should be at least, or at most; without it, it only informs. */
  bound?: { at: 'least' | 'most'; factor: number };
}

export interface Row {
  title: string;
  metric: Metric;
  targets: readonly Target[];
}

const atLeast = (factor: number, over: Target['over']): Target => ({
  over,
  bound: { at: 'least', factor },
});
const atMost = (factor: number, over: Target['over']): Target => ({
  over,
  bound: { at: 'most', factor },
});

/** What it takes on this platform to store what is handed on, and to beat. */
const BESIDE: Target = { over: 'durable-relay' };

export const ROWS: readonly Row[] = [
  {
    title: 'edits/s, full speed, 1 receiver',
    metric: 'rate1',
    targets: [atLeast(0.8, 'relay'), atLeast(12, 'durable-object')],
  },
  {
    title: 'edits/s, full speed, 10 receivers',
    metric: 'rate10',
    targets: [atLeast(4, 'relay')],
  },
  {
    title: 'edits/s, full speed, 100 receivers',
    metric: 'rate100',
    targets: [atLeast(30, 'relay')],
  },
  { title: 'CPU s per 1,000 edits, full speed', metric: 'cpu', targets: [atMost(1.5, 'relay')] },
  {
    title: 'CPU s per 1,000 edits, 100/s',
    metric: 'cpuSteady',
    targets: [atMost(2, 'relay'), BESIDE],
  },
  {
    title: 'latency ms p50, 100/s, 10 receivers',
    metric: 'p50',
    targets: [atMost(1.1, 'relay'), BESIDE],
  },
  {
    title: 'latency ms p99, 100/s, 10 receivers',
    metric: 'p99',
    targets: [atMost(1.5, 'relay'), BESIDE],
  },
  { title: 'full copy ms, warm, 10,000 rows', metric: 'warmCopy', targets: [] },
  {
    title: 'full copy ms, after a restart',
    metric: 'coldCopy',
    targets: [atMost(1.4, 'ours when warm')],
  },
  {
    title: 'join ms on the wire, 10,000 rows',
    metric: 'join',
    targets: [atMost(0.5, 'durable-object')],
  },
  {
    title: 'frames of a joiner, 50 idle devices',
    metric: 'joinerFrames',
    targets: [atMost(0, 'nothing')],
  },
  {
    title: 'memory MB, 1,000 rooms',
    metric: 'roomMemory',
    targets: [atMost(1.1, 'relay'), BESIDE],
  },
  {
    title: 'CPU ms/s at rest, 1,000 rooms',
    metric: 'roomRest',
    targets: [atMost(1.5, 'relay'), BESIDE],
  },
  {
    title: 'keys written per edit, full speed',
    metric: 'keys',
    targets: [atMost(0.05, 'nothing')],
  },
];

export interface Outcome {
  /** Ours over what the target names; NaN where one of them was not measured. */
  ratio: number;
  reached: boolean;
}

export function compare(samples: Samples, row: Row, target: Target): Outcome {
  const ours = median(samples.of(row.metric, 'ours'));
  const ratio = ours / reference(samples, row, target);
  return { ratio, reached: isWithin(ratio, target.bound) };
}

const isWithin = (ratio: number, bound: Target['bound']): boolean =>
  !bound || (bound.at === 'least' ? ratio >= bound.factor : ratio <= bound.factor);

function reference(samples: Samples, row: Row, { over }: Target): number {
  if (over === 'nothing') return 1;
  if (over === 'ours when warm') return median(samples.of('warmCopy', 'ours'));
  return median(samples.of(row.metric, over));
}
