import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readCount } from '../usage.ts';

/** Servers store in memory if they can; see bench/sync/suite.ts. */
const MEMORY = '/dev/shm';
export const FOLDER = existsSync(MEMORY) ? MEMORY : tmpdir();

export const DEFAULT_SIZES = '1000,8000,48000';

/** Parses a comma-separated list of whole numbers above 0. */
export const readCounts = (option: string, text: string): number[] =>
  text.split(',').map((count) => readCount(option, count));
