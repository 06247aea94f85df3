import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How often memory is looked at, in milliseconds. */
const INTERVAL = 50;

/** Bytes of memory that a process group holds, as `ps` tells: its pages in RAM, shared ones too. */
export async function residentBytes(group: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss=']);
  let kilobytes = 0;
  for (const line of stdout.split('\n')) {
    const [id, rss] = line.trim().split(/\s+/).map(Number);
    if (id === group) kilobytes += rss ?? 0;
  }
  return kilobytes * 1024;
}

/** How many bytes more than before a process group holds at most while `run` is under way. */
export async function growthDuring(group: number, run: () => Promise<unknown>): Promise<number> {
  const before = await residentBytes(group);
  let peak = before;
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      peak = Math.max(peak, await residentBytes(group));
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  };
  const watching = watch();
  try {
    await run();
  } finally {
    isOver = true;
    await watching;
  }
  return peak - before;
}
