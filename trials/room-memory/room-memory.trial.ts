import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { Unfinished } from './full-fragments.ts';
import type { ReadAll } from './full-read.ts';
import type { Filled, Shape } from './full-store.ts';
import type { Synced } from './full-sync.ts';

/**
 * Isolates have 128 MB, and pointers of half the size that Node.js has: what a room holds there in
 * 82 MB takes 118 here.
 */
const HEAP_MB = 185;

async function run<Outcome>(helper: string, argument: unknown): Promise<Outcome> {
  const program = ['--import', 'tsx', `trials/room-memory/${helper}.ts`, JSON.stringify(argument)];
  const command = [`--max-old-space-size=${HEAP_MB}`, ...program];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  // Rooms log as they start.
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as Outcome;
}

it.each([
  ['a row for each small cell', { cellsPerRow: 1, cellLength: 1 }],
  ['many small cells in each row', { cellsPerRow: 20, cellLength: 1 }],
])(
  'holds, compacts, loads and hands on a full store in the memory of an isolate: %s',
  async (_, shape) => {
    const maxBytes = readConfig({}).MAX_STORE_BYTES;
    const filled = await run<Filled>('full-store', { ...shape, maxBytes } satisfies Shape);
    const { bytes, storedBytes, joinBytes } = filled;
    console.log(`${joinBytes} bytes of JSON are stored in ${storedBytes}`);
    expect(bytes).toBeGreaterThan(maxBytes * 0.99);
    expect(storedBytes).toBeLessThan(1.5 * joinBytes);
  },
  120_000,
);

it('hands out a full store as JSON, and to a persister, in the memory of an isolate', async () => {
  const shape: Shape = { cellsPerRow: 20, cellLength: 1, maxBytes: readConfig({}).MAX_STORE_BYTES };
  const { plain, persisted, greeted } = await run<ReadAll>('full-read', shape);
  expect(plain).toBeGreaterThan(10_000_000);
  for (const length of [persisted, greeted]) expect(length).toBeGreaterThan(plain - 1000);
}, 120_000);

it('takes, and answers, a manual sync of 200,000 cells in the memory of an isolate', async () => {
  for (const { status, sent, received } of await run<Synced[]>('full-sync', 50_000)) {
    expect(status).toBe(200);
    expect(received).toBeGreaterThan(sent);
  }
}, 120_000);

it('holds the unfinished messages of 64 devices in the memory of an isolate', async () => {
  const { codes } = await run<Unfinished>('full-fragments', 64);
  expect(codes).toHaveLength(64);
  expect(new Set(codes.slice(2))).toEqual(new Set([1013]));
}, 120_000);
