import { readdirSync, readFileSync } from 'node:fs';

/**
 * The cost of a server's processes, read from /proc: Linux only. Elsewhere every figure is NaN,
 * and the bench's report shows a dash.
 */

/** Seconds of processor, user and system together, that the running threads have had so far. */
export function cpuSeconds(root: number): number {
  const nanoseconds = serving(root).flatMap((pid) =>
    entries(`/proc/${pid}/task`).map((thread) =>
      firstNumber(`/proc/${pid}/task/${thread}/schedstat`),
    ),
  );
  return sum(nanoseconds) / 1e9;
}

/** Megabytes of resident memory of the processes that serve. */
export const residentMegabytes = (root: number): number => residentBytes(serving(root)) / 1024 ** 2;

/** Bytes of resident memory of some processes. */
export function residentBytes(pids: number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/VmRSS:\s*(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0),
  );
  return sum(kilobytes) * 1024;
}

/**
 * If workerd serves, only workerd counts. The rest of `partykit dev` and `wrangler dev` is tools,
 * and what these do grows with the sources they watch.
 */
function serving(root: number): number[] {
  const pids = processTree(root);
  const workerds = pids.filter((pid) => read(`/proc/${pid}/comm`).trim() === 'workerd');
  return workerds.length > 0 ? workerds : pids;
}

/** A process and its descendants. */
export function processTree(root: number): number[] {
  const parents = entries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), parent: parentOf(pid) }));
  const below = (pid: number): number[] => [
    pid,
    ...parents.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  return below(root);
}

/** The fields after a process's name, which may itself hold blanks and brackets. */
function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

const firstNumber = (path: string): number => Number(read(path).split(' ')[0]);

const sum = (numbers: number[]): number =>
  numbers.length > 0 && process.platform === 'linux'
    ? numbers.reduce((total, number) => total + number, 0)
    : Number.NaN;

/** A process may end between being listed and being read; it then counts for nothing. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
