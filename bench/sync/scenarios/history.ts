import { serialize } from 'node:v8';
import { Document } from '../../../src/room/content/document.ts';
import { History } from '../../../src/room/history/history.ts';
import { MemoryStorage } from '../../../test/helpers/in-memory/storage/memory-storage.ts';
import type { Measurements, Scenario } from '../scenario.ts';
import type { Server } from '../server.ts';
import { ask, bearer, openSession } from '../servers/account.ts';
import type { ServerVariant } from '../servers/start.ts';
import { measureThroughput } from './throughput.ts';

const RECEIVERS = 10;
const ROWS = 10_000;
const EDITS = 4_000;

/** Milliseconds between the edits of a user. */
const PACE = 250;

/** The better of two: whatever else the machine does only makes figures worse. */
async function bestRate(server: Server): Promise<number> {
  const measure = async () =>
    (await measureThroughput(server, await server.newRoom(), RECEIVERS)).rate;
  const first = await measure();
  return Math.max(first, await measure());
}

/** Counts the bytes of all values that are written. */
class CountingStorage extends MemoryStorage {
  written = 0;

  override put<Value>(key: string | Record<string, Value>, value?: Value): Promise<void> {
    this.written += serialize(typeof key === 'string' ? value : key).length;
    return super.put(key as string, value);
  }
}

/** Bytes that are written for one edit of a random one of 1,000 cells. */
async function bytesPerEdit(historyDays: number): Promise<number> {
  const clock = Date.now;
  let now = clock();
  Date.now = () => now;
  try {
    const storage = new CountingStorage();
    const fail = (error: unknown) => {
      throw error;
    };
    const history = new History(storage, historyDays, fail);
    const document = new Document(storage, 0, () => undefined, fail, history);
    await document.open();
    await document.load();
    for (let edit = 0; edit < EDITS; edit++) {
      const row = `row${(edit * 7919) % 1_000}`;
      document.write([{ table: 'notes', row, id: 'text', cell: `#${edit} some words` }]);
      now += PACE;
    }
    document.endMoment();
    document.stop();
    return storage.written / EDITS;
  } finally {
    Date.now = clock;
  }
}

const rowsOf = (word: string) => ({
  tables: {
    notes: Object.fromEntries(
      Array.from({ length: ROWS }, (_, row) => [`row${row}`, { text: `#${row} ${word} words` }]),
    ),
  },
});

/** Milliseconds to show a store of 10,000 rows as it was before all of them changed, and as it is. */
async function timeReads({ url }: Server): Promise<Measurements> {
  const session = await openSession(url);
  const headers = { ...bearer(session), 'Content-Type': 'application/json' };
  const store = `${url}/bench/store`;
  const read = async (address: string) => (await fetch(address, { headers })).text();
  for (const word of ['some', 'other']) {
    await fetch(store, { method: 'PUT', headers, body: JSON.stringify(rowsOf(word)) });
    await read(`${store}/history`);
  }
  const { moments } = JSON.parse(await read(`${store}/history`)) as { moments: { id: string }[] };
  const timed = async (address: string) => {
    const start = performance.now();
    await read(address);
    return performance.now() - start;
  };
  const past = `${store}?at=${moments[0]!.id}`;
  const presents = [await timed(store), await timed(store)];
  const pasts = [await timed(past), await timed(past)];
  const start = performance.now();
  await ask(`${store}/restore`, { at: moments[0]!.id }, session);
  return {
    pastRead: Math.min(...pasts),
    presentRead: Math.min(...presents),
    restore: performance.now() - start,
  };
}

/** The same server with and without a history. */
export const history: Scenario<ServerVariant> = {
  name: 'history',
  servers: ['ours-without-history', 'ours'],
  prepare: async (server, name) => {
    await bestRate(server);
    return name;
  },
  measure: async (server, name): Promise<Measurements> => {
    const rate = await bestRate(server);
    if (name === 'ours-without-history') {
      return { plainThroughput10: rate, plainBytesPerEdit: await bytesPerEdit(0) };
    }
    const reads = await timeReads(server);
    return { historyThroughput10: rate, historyBytesPerEdit: await bytesPerEdit(30), ...reads };
  },
};
