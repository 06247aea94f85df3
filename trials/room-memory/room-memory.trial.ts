import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { FillResult, StoreShape } from './fill-store.ts';
import type { SyncResult } from './manual-sync.ts';
import type { ReadLengths } from './read-store.ts';
import type { CloseCodes } from './unfinished-messages.ts';

/**
 * An isolate has 128 MB, and its pointers are half as large as in Node.js: content that takes 82 MB
 * there takes 118 MB here.
 */
const HEAP_MB = 185;

async function run<Outcome>(name: string, argument: unknown): Promise<Outcome> {
  const program = ['--import', 'tsx', `trials/room-memory/${name}.ts`, JSON.stringify(argument)];
  const command = [`--max-old-space-size=${HEAP_MB}`, ...program];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  // The result is the last line, after the room's log.
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as Outcome;
}

it.each([
  ['a row for each small cell', { cellsPerRow: 1, cellLength: 1 }],
  ['many small cells in each row', { cellsPerRow: 20, cellLength: 1 }],
])(
  'holds, compacts, loads and sends a full store in the memory of an isolate: %s',
  async (_, shape) => {
    const maxBytes = readConfig({}).MAX_STORE_BYTES;
    const filled = await run<FillResult>('fill-store', { ...shape, maxBytes } satisfies StoreShape);
    const { bytes, storedBytes, joinBytes } = filled;
    console.log(`${joinBytes} bytes of JSON take ${storedBytes} bytes of storage`);
    expect(bytes).toBeGreaterThan(maxBytes * 0.99);
    expect(storedBytes).toBeLessThan(1.5 * joinBytes);
  },
  120_000,
);

it('sends a full store as JSON and to a persister in the memory of an isolate', async () => {
  const shape: StoreShape = {
    cellsPerRow: 20,
    cellLength: 1,
    maxBytes: readConfig({}).MAX_STORE_BYTES,
  };
  const { plain, persisted, greeted } = await run<ReadLengths>('read-store', shape);
  expect(plain).toBeGreaterThan(10_000_000);
  for (const length of [persisted, greeted]) expect(length).toBeGreaterThan(plain - 1000);
}, 120_000);

it('accepts and answers a manual sync of 200,000 cells in the memory of an isolate', async () => {
  for (const { status, sent, received } of await run<SyncResult[]>('manual-sync', 50_000)) {
    expect(status).toBe(200);
    expect(received).toBeGreaterThan(sent);
  }
}, 120_000);

it('holds the unfinished messages of 64 devices in the memory of an isolate', async () => {
  const { codes } = await run<CloseCodes>('unfinished-messages', 64);
  expect(codes).toHaveLength(64);
  expect(new Set(codes.slice(2))).toEqual(new Set([1013]));
}, 120_000);
