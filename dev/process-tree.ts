import { readdirSync, readFileSync } from 'node:fs';

/**
 * Reads the CPU time and memory of a server's processes from /proc. On systems other than Linux
 * every result is NaN, and the bench's report shows a dash.
 */

/** CPU seconds, user and system, that the running threads have used so far. */
export function cpuSeconds(root: number): number {
  const nanoseconds = serving(root).flatMap((pid) =>
    entries(`/proc/${pid}/task`).map((thread) =>
      firstNumber(`/proc/${pid}/task/${thread}/schedstat`),
    ),
  );
  return sum(nanoseconds) / 1e9;
}

/** Resident memory of the serving processes in MiB. */
export const residentMegabytes = (root: number): number => residentBytes(serving(root)) / 1024 ** 2;

/** The sum of resident memory in bytes. */
export function residentBytes(pids: number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/VmRSS:\s*(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0),
  );
  return sum(kilobytes) * 1024;
}

/**
 * Counts only workerd if it runs. The other processes of `partykit dev` and `wrangler dev` are
 * tools, and their cost depends on the source files that they watch.
 */
function serving(root: number): number[] {
  const pids = processTree(root);
  const workerds = pids.filter((pid) => read(`/proc/${pid}/comm`).trim() === 'workerd');
  return workerds.length > 0 ? workerds : pids;
}

/** The ids of a process and its descendants. */
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

/** Reads the fields after the process's name, because the name may contain blanks and brackets. */
function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

const firstNumber = (path: string): number => Number(read(path).split(' ')[0]);

const sum = (numbers: number[]): number =>
  numbers.length > 0 && process.platform === 'linux'
    ? numbers.reduce((total, number) => total + number, 0)
    : Number.NaN;

/** Returns an empty text if the process has ended since it was listed. */
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
