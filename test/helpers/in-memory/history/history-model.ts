import { expect } from 'vitest';
import { DELETED } from '../../../../src/protocol/stamps.ts';
import { Document } from '../../../../src/room/content/document.ts';
import { History } from '../../../../src/room/history/history.ts';
import type { MomentHead } from '../../../../src/room/history/moment-storage.ts';
import { restoreWrites } from '../../../../src/room/history/past/past.ts';
import { idle } from '../documents.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { contentAtPoint, momentsOf, plainOf } from './history-world.ts';

const fail = (error: unknown) => {
  throw error;
};

export async function openWithHistory(storage: MemoryStorage, days = 30): Promise<Document> {
  const history = new History(storage, days, fail);
  const document = new Document(storage, 0, () => undefined, fail, history);
  await document.open();
  await document.load();
  return document;
}

export const cell = (row: string, id: string, content: string | number) => ({
  ...{ table: 't', row, id },
  cell: content,
});

/** A store whose content is known at each time at which it changed. */
export class HistoryModel {
  readonly storage: MemoryStorage;
  document!: Document;
  readonly contents: { at: number; content: unknown; writes: number }[] = [];
  largest = 0;

  constructor(storage = new MemoryStorage()) {
    this.storage = storage;
  }

  async start(): Promise<this> {
    this.document?.stop();
    this.document = await openWithHistory(this.storage);
    return this;
  }

  async write(...writes: { table: string; row: string; id: string; cell: string | number }[]) {
    this.document.write(writes);
    await this.note();
  }

  async note(): Promise<void> {
    const { tree } = this.document;
    const { writes } = this.storage;
    this.largest = Math.max(this.largest, tree.jsonBytes);
    this.contents.push({ at: Date.now(), content: plainOf(tree), writes });
    await idle(this.document);
  }

  async deleteAll(): Promise<void> {
    const stamps = [...this.document.tree.all()].filter((stamp) => stamp.cell !== DELETED);
    await this.write(
      ...stamps.map(({ table, row, id }) => ({ ...cell(row, id, DELETED), table: table! })),
    );
  }

  async restore(time: number): Promise<void> {
    const { document } = this;
    document.endMoment();
    const view = await document.history!.view({ time });
    if (!view.ok) return;
    const writes = restoreWrites(document.tree, view.value, []);
    view.value.close();
    document.history!.mark('restore');
    document.write(writes);
    document.endMoment();
    await this.note();
  }

  moments(): Promise<MomentHead[]> {
    return momentsOf(this.document.history!);
  }

  /** The content up to a time. */
  contentAt(time: number): unknown {
    const content = this.contents.findLast(({ at }) => at <= time)?.content;
    return content ?? { tables: {}, values: {} };
  }

  async keys(prefix: string): Promise<string[]> {
    return [...(await this.storage.list({ prefix })).keys()];
  }

  /** Expects that the history shows the store as it was before each of its moments. */
  async expectRight(): Promise<number> {
    this.document.endMoment();
    const moments = await this.moments();
    for (const { from, after } of moments) {
      const shown = await contentAtPoint(this.document, { moment: from });
      expect(shown).toEqual(this.contentAt(after));
    }
    return moments.length;
  }
}
