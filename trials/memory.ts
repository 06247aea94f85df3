import { processTree, residentBytes } from '../dev/process-tree.ts';

/** How often memory is looked at, in milliseconds. */
const INTERVAL = 50;

/** Bytes of memory that a server holds with all of its processes. Linux only. */
export const bytesHeld = (root: number): number => residentBytes(processTree(root));

/** How many bytes more than before a server holds at most while `run` is under way. */
export async function growthDuring(root: number, run: () => Promise<unknown>): Promise<number> {
  const before = bytesHeld(root);
  let peak = before;
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      peak = Math.max(peak, bytesHeld(root));
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
