import { processTree, residentBytes } from '../dev/process-tree.ts';

const SAMPLE_MS = 50;

/** Resident memory of a server and its child processes in bytes. NaN if the system is not Linux. */
export const residentMemory = (root: number): number => residentBytes(processTree(root));

/** Returns by how many bytes a server's memory grows at most while `run` is pending. */
export async function peakGrowth(root: number, run: () => Promise<unknown>): Promise<number> {
  const before = residentMemory(root);
  let peak = before;
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      peak = Math.max(peak, residentMemory(root));
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
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
