import { align, format } from '../sync/report.ts';
import { exponent, median } from '../sync/statistics.ts';

/** The figures that were measured for one contender, by the size of the store. */
export type Samples<Figure extends string> = Map<number, Record<Figure, number>[]>;

/** A figure, and whether the report shows its exponent over the size of the store. */
export interface Column<Figure extends string> {
  title: string;
  figure: Figure;
  hasExponent?: boolean;
  /** Whether the report shows the least and the most beside the median. */
  hasRange?: boolean;
}

/** The largest exponent of a client that resumes. */
export const MAX_EXPONENT = 0.1;

interface Rows<Figure extends string> {
  title: string;
  samples: Samples<Figure>;
  /** Whether its exponents are compared with {@link MAX_EXPONENT}. */
  isBounded: boolean;
}

/** Formats one table: a line for each contender and size, and one for the exponents. */
export function report<Figure extends string>(
  columns: readonly Column<Figure>[],
  contenders: readonly Rows<Figure>[],
): string {
  const head = ['', 'rows', ...columns.flatMap(({ title, hasRange }) => titles(title, hasRange))];
  return align([head, ...contenders.flatMap((rows) => linesOf(columns, rows))]);
}

const titles = (title: string, hasRange = false): string[] =>
  hasRange ? [title, 'least', 'most'] : [title];

function linesOf<Figure extends string>(
  columns: readonly Column<Figure>[],
  { title, samples, isBounded }: Rows<Figure>,
): string[][] {
  const lines = [...samples].map(([rows, measured], index) => [
    index === 0 ? title : '',
    rows.toLocaleString('en'),
    ...columns.flatMap((column) => cellsOf(column, measured)),
  ]);
  if (samples.size < 2) return lines;
  const exponents = columns.flatMap((column) => exponentCells(column, samples, isBounded));
  return [...lines, ['', 'exponent', ...exponents]];
}

function cellsOf<Figure extends string>(
  { figure, hasRange }: Column<Figure>,
  measured: readonly Record<Figure, number>[],
): string[] {
  const figures = measured.map((cost) => cost[figure]);
  const range = [Math.min(...figures), Math.max(...figures)];
  return [median(figures), ...(hasRange ? range : [])].map(format);
}

/** The exponents of the medians and, if there is a range, of the least figures. */
function exponentCells<Figure extends string>(
  { figure, hasExponent, hasRange }: Column<Figure>,
  samples: Samples<Figure>,
  isBounded: boolean,
): string[] {
  if (!hasExponent) return hasRange ? ['', '', ''] : [''];
  const of = (select: (figures: number[]) => number) =>
    exponent([...samples].map(([rows, costs]) => [rows, select(costs.map((c) => c[figure]))]));
  const value = of(median);
  const verdict = isBounded ? (value <= MAX_EXPONENT ? ' reached' : ' missed') : '';
  const least = of((figures) => Math.min(...figures)).toFixed(2);
  return [`${value.toFixed(2)}${verdict}`, ...(hasRange ? [least, ''] : [])];
}
