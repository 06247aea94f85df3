import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MomentRecord, PartRecord } from '../../../../src/protocol/backup/records.ts';
import { importMoments } from '../../../../src/room/backup/import-moments.ts';
import { importPart } from '../../../../src/room/backup/import-part.ts';
import { storeLines } from '../../../../src/room/backup/store-lines.ts';
import { Document } from '../../../../src/room/content/document.ts';
import { History } from '../../../../src/room/history/history.ts';
import { headOf, idle } from '../../../helpers/in-memory/documents.ts';
import { contentAtPoint, plainOf } from '../../../helpers/in-memory/history/history-world.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/storage/recording-storage.ts';

const BEGIN = 1_900_000_000_000;
const MINUTE = 60_000;
const CONFIG = { MAX_STORE_BYTES: 0 } as never;
const STATES = 12;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
});
afterEach(() => {
  vi.useRealTimers();
});

async function open(storage: MemoryStorage): Promise<Document> {
  const fail = (error: unknown) => {
    throw error;
  };
  const history = new History(storage, 30, fail);
  const document = new Document(storage, 0, () => undefined, fail, history);
  await document.open();
  await document.load();
  return document;
}

interface State {
  at: number;
  content: unknown;
}

/** A backup of a store that was written every two minutes, and what it was in between. */
async function backUp() {
  const document = await open(new MemoryStorage());
  const states: State[] = [];
  for (let number = 0; number < STATES; number += 1) {
    const text = `${number}`.padEnd(number % 4 === 0 ? 150_000 : 5);
    const row = `r${number % 3}`;
    document.write([{ table: 't', row, id: 'text', cell: text }]);
    states.push({ at: Date.now() + MINUTE, content: plainOf(document.tree) });
    vi.setSystemTime(Date.now() + 2 * MINUTE);
  }
  const lines: (PartRecord | MomentRecord)[] = [];
  const backup = { store: 'a', members: undefined, hasHistory: true };
  for await (const line of storeLines(backup, document)) lines.push(JSON.parse(line));
  const parts = lines.filter((line) => line.kind === 'part');
  const moments = lines.filter((line) => line.kind === 'moment');
  return { states, parts, moments };
}

/** Which states a document shows. What else it shows has to be the empty store before the import. */
async function shown(document: Document, states: State[]): Promise<number> {
  let count = 0;
  for (const { at, content } of states) {
    const past = await contentAtPoint(document, { time: at }).catch(() => undefined);
    if (past === undefined || JSON.stringify(past) === '{"tables":{},"values":{}}') continue;
    expect(past).toEqual(content);
    count += 1;
  }
  return count;
}

it('shows what the store was or nothing, wherever the import of a history was interrupted', async () => {
  const { states, parts, moments } = await backUp();
  const storage = new RecordingStorage();
  const document = await open(storage);
  for (const { change } of parts) importPart(document, CONFIG, change, {});
  const before = storage.mutations.length;
  for (let start = 0; start < moments.length; start += 5) {
    const refused = await importMoments(document, moments.slice(start, start + 5));
    expect(refused.every((reason) => reason === null)).toBe(true);
    document.write([{ table: 'later', row: 'r', id: 'n', cell: `${start}` }]);
    vi.setSystemTime(Date.now() + 2 * MINUTE);
  }
  const imported = storage.mutations.length;
  // Compactions and thinning keep it.
  for (let round = 0; round < 20; round += 1) {
    document.write([{ table: null, row: '', id: 'v', cell: `${round}`.padEnd(60_000) }]);
    await idle(document);
  }
  expect((await headOf(storage)).first).toBeGreaterThan(0);
  expect(await shown(document, states)).toBe(STATES);

  const stopped = new MemoryStorage();
  for (const [index, mutation] of storage.mutations.entries()) {
    await apply(stopped, mutation);
    if (index < before) continue;
    const again = await open(stopped.copy());
    const count = await shown(again, states);
    if (index >= imported) expect(count).toBe(STATES);
    again.stop();
  }
});
