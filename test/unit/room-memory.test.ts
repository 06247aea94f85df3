import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Filled, Shape } from '../helpers/full-store.ts';

/**
 * Isolates have 128 MB, and pointers of half the size that Node.js has: what a room holds there in
 * 82 MB takes 118 here.
 */
const HEAP_MB = 185;

async function fill(shape: Shape): Promise<Filled> {
  const program = ['--import', 'tsx', 'test/helpers/full-store.ts', JSON.stringify(shape)];
  const command = [`--max-old-space-size=${HEAP_MB}`, ...program];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return JSON.parse(stdout) as Filled;
}

it.each([
  ['a row for each small cell', { cellsPerRow: 1, cellLength: 1 }],
  ['many small cells in each row', { cellsPerRow: 20, cellLength: 1 }],
])(
  'holds, loads and hands on a full store in the memory of an isolate: %s',
  async (_, shape) => {
    const maxBytes = readConfig({}).MAX_STORE_BYTES;
    const filled = await fill({ ...shape, maxBytes });
    expect(filled.bytes).toBeGreaterThan(maxBytes * 0.99);
  },
  120_000,
);
