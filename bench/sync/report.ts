import type { Samples } from './rounds.ts';
import { compare, ROWS, type Row, type Target } from './rows.ts';
import { SERVERS, type ServerName } from './server.ts';
import { median } from './statistics.ts';

const TITLES: Record<ServerName, string> = {
  'durable-object': 'TinyBase DO',
  node: 'TinyBase Node',
  relay: 'relay',
  'durable-relay': 'durable relay',
  ours: 'ours',
};

const HEAD = ['', ...SERVERS.map((name) => TITLES[name]), 'baseline', 'ratio', 'target', ''];

/** Formats the table: the medians of all servers, and our ratio to the baseline of each target. */
export function report(samples: Samples): string {
  const measured = ROWS.filter(({ metric }) => samples.of(metric, 'ours').length > 0);
  return align([HEAD, ...measured.flatMap((row) => linesOf(samples, row))]);
}

function linesOf(samples: Samples, row: Row): string[][] {
  const medians = SERVERS.map((server) => format(median(samples.of(row.metric, server))));
  const cells = [row.title, ...medians];
  const [first, ...others] = row.targets.map((target) => targetCells(samples, row, target));
  if (!first) return [[...cells, '', '', '', '']];
  const empty = cells.map(() => '');
  return [[...cells, ...first], ...others.map((other) => [...empty, ...other])];
}

function targetCells(samples: Samples, row: Row, target: Target): string[] {
  const { ratio, reached } = compare(samples, row, target);
  const title = titleOf(target);
  if (!target.bound) return [title, format(ratio), '', ''];
  const bound = `${target.bound.at === 'least' ? '>=' : '<='} ${target.bound.factor}`;
  const verdict = Number.isNaN(ratio) ? '' : reached ? 'reached' : 'missed';
  return [title, format(ratio), bound, verdict];
}

function titleOf({ baseline }: Target): string {
  if (typeof baseline === 'object') return baseline.title;
  return baseline === 'none' ? '' : TITLES[baseline];
}

/** Formats with three significant digits. NaN, a missing measurement, becomes a dash. */
export function format(value: number): string {
  if (Number.isNaN(value)) return '-';
  if (value === 0) return '0';
  return Math.abs(value) >= 1_000
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}

/** Pads every column of a table to its widest cell, and aligns all but the first to the right. */
export function align(lines: string[][]): string {
  const widths = lines[0]!.map((_, column) =>
    Math.max(...lines.map((line) => line[column]!.length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
