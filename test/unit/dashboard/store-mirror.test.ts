import { expect, test } from 'vitest';
import type { StoreView, Tagged } from '../../../dashboard/api/store-view.ts';
import type { Leaf } from '../../../dashboard/data/leaf.ts';
import { StoreMirror } from '../../../dashboard/data/store-mirror.ts';

/** A store on a server with one cell, and a way to do something before the next request. */
class FakeView {
  content: unknown = 'first';
  version = 1;
  before: () => void = () => undefined;

  write(content: unknown): void {
    this.content = content;
    this.version++;
  }

  async readAll(known: string | undefined): Promise<Tagged | undefined> {
    const read = this.#tagged();
    const tables = read.etag === undefined ? {} : { t: { r: { c: read.content } } };
    await this.#pause();
    return known !== undefined && known === read.etag
      ? undefined
      : { content: { tables, values: {} }, etag: `"${this.version}"` };
  }

  async read(): Promise<Tagged> {
    await this.#pause();
    return this.#tagged();
  }

  async replace(_path: string[], content: unknown, expected: string | undefined) {
    await this.#pause();
    if (this.#tagged().etag !== expected) return false;
    this.write(content);
    return true;
  }

  async remove(_path: string[], expected: string): Promise<boolean> {
    return this.replace([], undefined, expected);
  }

  #tagged(): Tagged {
    const etag = this.content === undefined ? undefined : `"${this.version}"`;
    return { content: this.content, etag };
  }

  async #pause(): Promise<void> {
    const { before } = this;
    this.before = () => undefined;
    before();
  }
}

const CELL: Leaf = { kind: 'cell', table: 't', row: 'r', cell: 'c' };
const { signal } = new AbortController();

async function opened() {
  const view = new FakeView();
  const mirror = new StoreMirror(view as unknown as StoreView);
  await mirror.refresh(signal);
  const shown = () => mirror.store.getCell('t', 'r', 'c');
  expect(shown()).toBe('first');
  return { view, mirror, shown };
}

test('an edit is shown at once and written to the server', async () => {
  const { view, mirror, shown } = await opened();
  const written = mirror.write(CELL, 'mine');
  expect(shown()).toBe('mine');
  expect(await written).toBeUndefined();
  expect(view.content).toBe('mine');
});

test('an edit of a cell that has changed since it was shown writes nothing, and shows the change', async () => {
  const { view, mirror, shown } = await opened();
  view.write('theirs');
  expect(await mirror.write(CELL, 'mine')).toEqual({ theirs: 'theirs' });
  expect([view.content, shown()]).toEqual(['theirs', 'theirs']);
  expect(await mirror.write(CELL, 'mine')).toBeUndefined();
  expect(view.content).toBe('mine');
});

test('a change between the two requests of an edit is a conflict as well', async () => {
  const { view, mirror, shown } = await opened();
  const read = view.read.bind(view);
  view.read = async () => {
    const tagged = await read();
    view.write('theirs');
    view.read = read;
    return tagged;
  };
  expect(await mirror.write(CELL, 'mine')).toEqual({ theirs: 'theirs' });
  expect([view.content, shown()]).toEqual(['theirs', 'theirs']);
});

test('whoever wrote the same is no conflict', async () => {
  const { view, mirror } = await opened();
  view.write('mine');
  expect(await mirror.write(CELL, 'mine')).toBeUndefined();
});

test('a deletion is written, and a deletion of what has changed is a conflict', async () => {
  const { view, mirror, shown } = await opened();
  view.write('theirs');
  expect(await mirror.write(CELL, undefined)).toEqual({ theirs: 'theirs' });
  expect(await mirror.write(CELL, undefined)).toBeUndefined();
  expect([view.content, shown()]).toEqual([undefined, undefined]);
});

test('an edit that cannot be sent is taken back', async () => {
  const { view, mirror, shown } = await opened();
  view.read = () => Promise.reject(new Error('no network'));
  await expect(mirror.write(CELL, 'mine')).rejects.toThrow('no network');
  expect(shown()).toBe('first');
});

test('content that was read before an edit does not undo what is shown', async () => {
  const { view, mirror, shown } = await opened();
  view.write('theirs');
  const refreshing = mirror.refresh(signal);
  view.content = 'first';
  await Promise.all([refreshing, mirror.write(CELL, 'mine')]);
  expect(shown()).toBe('mine');
  await mirror.refresh(signal);
  expect(shown()).toBe('mine');
});
