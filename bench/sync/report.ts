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

const HEAD = ['', ...SERVERS.map((name) => TITLES[name]), 'ours over', 'ratio', 'target', ''];

/** The table: medians of all servers, and ours over what each target names. */
export function report(samples: Samples): string {
  const measured = ROWS.filter(({ metric }) => samples.of(metric, 'ours').length > 0);
  return align([HEAD, ...measured.flatMap((row) => linesOf(samples, row))]);
}

function linesOf(samples: Samples, row: Row): string[][] {
  const medians = SERVERS.map((server) => format(median(samples.of(row.metric, server))));
  const figures = [row.title, ...medians];
  const [first, ...others] = row.targets.map((target) => compared(samples, row, target));
  if (!first) return [[...figures, '', '', '', '']];
  const empty = figures.map(() => '');
  return [[...figures, ...first], ...others.map((cells) => [...empty, ...cells])];
}

function compared(samples: Samples, row: Row, target: Target): string[] {
  const { ratio, reached } = compare(samples, row, target);
  const over = target.over in TITLES ? TITLES[target.over as ServerName] : target.over;
  if (!target.bound) return [over, format(ratio), '', ''];
  const bound = `${target.bound.at === 'least' ? '>=' : '<='} ${target.bound.factor}`;
  const verdict = Number.isNaN(ratio) ? '' : reached ? 'reached' : 'missed';
  return [over === 'nothing' ? '' : over, format(ratio), bound, verdict];
}

/** Three significant digits; a dash for what was not measured. */
export function format(figure: number): string {
  if (Number.isNaN(figure)) return '-';
  if (figure === 0) return '0';
  return Math.abs(figure) >= 1_000
    ? Math.round(figure).toLocaleString('en')
    : String(Number(figure.toPrecision(3)));
}

/** Columns as wide as their widest cell; all but the first are aligned to the right. */
function align(lines: string[][]): string {
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
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
