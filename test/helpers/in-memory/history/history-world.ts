import { createMergeableStore, type MergeableStore } from 'tinybase';
import { expect } from 'vitest';
import { decodeCell } from '../../../../src/document/codec/cell-codec.ts';
import { decodeMergeableContent } from '../../../../src/document/codec/stamp-decoder.ts';
import { StampTree } from '../../../../src/document/stamp-tree.ts';
import { stringifyStamps } from '../../../../src/protocol/stamps.ts';
import { Document } from '../../../../src/room/content/document.ts';
import { writeChanges } from '../../../../src/room/content/publication.ts';
import type { History } from '../../../../src/room/history/history.ts';
import type { MomentHead } from '../../../../src/room/history/moment-storage.ts';
import { type Moment, MomentRecorder } from '../../../../src/room/history/moments.ts';
import { BeforeImages } from '../../../../src/room/history/past/before-images.ts';
import { pastStamps, restoreWrites } from '../../../../src/room/history/past/past.ts';
import type { Point } from '../../../../src/room/history/past/point.ts';
import type { StorePath } from '../../../../src/room/http/store-path.ts';
import { StoreTransaction } from '../../../../src/room/http/store-transaction.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';

/** A record of a log, with the time (milliseconds) at which it came. */
export interface KeptRecord {
  at: number;
  text: string;
}

/** The moments of a history, oldest first. */
export async function momentsOf(history: History): Promise<MomentHead[]> {
  const moments: MomentHead[] = [];
  for await (const moment of history.moments()) moments.unshift(moment);
  return moments;
}

/** The content that a document had at a point, by its history. */
export async function contentAtPoint(document: Document, point: Point): Promise<unknown> {
  document.endMoment();
  const view = await document.history!.view(point);
  if (!view.ok) throw new Error(view.message);
  const past = new StampTree();
  for (const stamp of pastStamps(document.tree.all(), view.value)) past.put(stamp);
  view.value.close();
  return plainOf(past);
}

/** The content of a tree as plain JSON. */
export const plainOf = (tree: StampTree): unknown => clone(new StoreTransaction(tree).read([]));

const clone = (json: unknown): unknown => JSON.parse(JSON.stringify(json));

/** Decodes a cell or value as TinyBase's stores take it. */
const decode = (_: string, json: unknown): unknown =>
  typeof json === 'string' ? decodeCell(json) : json;

/** A document, plain TinyBase stores, and the records of the document's log. */
export class HistoryWorld {
  readonly document: Document;
  readonly devices: MergeableStore[];
  readonly records: KeptRecord[] = [];
  /** The content that the document had at each time at which it changed. */
  readonly contents: { at: number; content: unknown }[] = [];
  now = 1_900_000_000_000;

  constructor(devices: number) {
    const fail = (error: unknown) => {
      throw error;
    };
    this.document = new Document(
      new MemoryStorage(),
      0,
      ({ changes }) => {
        for (const text of changes) this.records.push({ at: this.now, text });
      },
      fail,
    );
    this.devices = Array.from({ length: devices }, (_, device) =>
      createMergeableStore(`device${device}`, () => this.now),
    );
  }

  async start(): Promise<this> {
    await this.document.open();
    await this.document.load();
    this.note();
    return this;
  }

  /** Lets a device and the document exchange everything that they have. */
  sync(device: MergeableStore): void {
    const sent = stringifyStamps(device.getMergeableContent());
    this.document.merge(decodeMergeableContent(JSON.parse(sent))!);
    this.document.flush();
    for (const text of writeChanges(this.document.tree.all())) {
      device.applyMergeableChanges(JSON.parse(text, decode) as never);
    }
    this.note();
  }

  /** Writes the content of a time again, at a path. */
  restore(at: number, path: StorePath): void {
    const { tree } = this.document;
    const writes = restoreWrites(tree, this.imagesAfter(at), path);
    expect(this.document.write(writes).ok).toBe(true);
    this.note();
  }

  /** The content that the history has for a time. */
  contentAt(at: number): unknown {
    const past = new StampTree();
    const images = this.imagesAfter(at);
    for (const stamp of pastStamps(this.document.tree.all(), images)) past.put(stamp);
    return plainOf(past);
  }

  /** The images that turn the present content into that of a time. */
  imagesAfter(at: number): BeforeImages {
    const images = new BeforeImages();
    for (const moment of this.moments())
      if (moment.since > at) images.addLater(moment.images.all());
    return images;
  }

  /** The moments of all records. */
  moments(): Moment[] {
    const moments: Moment[] = [];
    const start = { from: 0, after: 0 };
    const recorder = new MomentRecorder(new StampTree(), start, (moment) => moments.push(moment));
    for (const [index, { at, text }] of this.records.entries()) {
      recorder.replay(text, { at, end: index + 1, by: [] });
    }
    recorder.end();
    return moments;
  }

  /** Notes the present content, as the last one of the present time. */
  note(): void {
    if (this.contents.at(-1)?.at === this.now) this.contents.pop();
    this.contents.push({ at: this.now, content: plainOf(this.document.tree) });
  }
}
