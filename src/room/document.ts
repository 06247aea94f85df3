import { isJsonCell } from '../document/cell-codec.ts';
import type { CellStamp, CellWrite, SizedStamp } from '../document/cell-stamp.ts';
import { chunk } from '../document/chunks.ts';
import { decodeChanges } from '../document/decode-changes.ts';
import { bodyOf, encodeChange } from '../document/encode-changes.ts';
import { heartbeatChange, isHeartbeat, nextHeartbeat } from '../document/heartbeat.ts';
import { nextHlc } from '../document/hlc.ts';
import { Quota } from '../document/quota.ts';
import { type Leaf, StampTree } from '../document/stamp-tree.ts';
import type { RoomStorage } from '../platform.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { DELETED } from '../protocol/stamps.ts';
import { type Content, Log } from './log/log.ts';

/** Who wrote something: a connection, or whatever else a later comparison can tell apart. */
export type Writer = object;

/** A stamp that was taken in, and who wrote it. */
export interface WrittenStamp extends SizedStamp {
  writer: Writer | undefined;
}

/** Bytes a change may have, so that its frame needs no fragments unless one stamp alone does. */
export const CHANGE_BYTES = 900_000;

/** Bytes of a snapshot's texts: each fits in one value of room storage. */
const SNAPSHOT_TEXT_BYTES = 50_000;

/**
 * The one store of a user: what it holds, in memory, and its log in room storage. Everything that
 * writes goes through `merge`, which takes effect in memory, and `flush`, which makes it durable
 * and hands it to `publish` in the same turn, so that the output gate holds back whatever shows it.
 */
export class Document {
  readonly tree = new StampTree();
  readonly #log: Log;
  readonly #maxBytes: number;
  readonly #publish: (written: WrittenStamp[], changes: string[]) => void;
  readonly #waiting = new Map<Leaf, WrittenStamp>();
  /** The change that says all of what is waiting, where it is written already. */
  #text: string | undefined;
  #stopped = false;

  constructor(
    storage: RoomStorage,
    maxBytes: number,
    publish: (written: WrittenStamp[], changes: string[]) => void,
    onFailure: (error: unknown) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#publish = publish;
    const { tree } = this;
    const content: Content = {
      get bytes() {
        return tree.jsonBytes;
      },
      snapshot: () => snapshotOf(tree),
    };
    this.#log = new Log(storage, content, onFailure);
  }

  /** Reads what is stored. Throws a NewerFormatError where a later version has written it. */
  load(): Promise<void> {
    return this.#log.load((text) => {
      const edits = decodeChanges(JSON.parse(text))?.edits;
      if (!edits) throw new Error('a stored change cannot be read');
      for (const edit of edits) this.tree.put(edit);
    });
  }

  /** Whether something was merged and not flushed yet. */
  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Takes in what is newer than what is there, for the next flush. Where that is all of it, and
   * nothing else waits, the `text` it came in goes on to storage and devices, unless it is long.
   */
  merge(edits: Iterable<CellStamp>, writer?: Writer, text?: string): void {
    this.#text = this.waiting || (text?.length ?? 0) * 3 > CHANGE_BYTES ? undefined : text;
    for (const edit of edits) {
      const leaf = this.tree.put(edit);
      if (!leaf || isJsonCell(edit.cell)) this.#text = undefined;
      if (!leaf) continue;
      const { table, row, id } = edit;
      this.#waiting.set(leaf, { ...this.tree.hold(table, row, id, leaf), writer });
    }
  }

  /**
   * Writes on behalf of someone who has no clock of their own, such as the HTTP API: dates each
   * change by the server's clock, later than what it replaces, merges and flushes. What is here
   * already is passed over. All of it or, with `store_full` or `forbidden`, nothing.
   */
  write(changes: Iterable<CellWrite>, writer?: Writer): Result<void> {
    const now = Date.now();
    const quota = new Quota(this.tree, this.#maxBytes);
    const edits: CellStamp[] = [];
    for (const change of changes) {
      if (isHeartbeat(change)) return HEARTBEAT_PROTECTED;
      const known = this.tree.leaf(change);
      if (change.cell === (known ? known.cell : DELETED)) continue;
      const edit = { ...change, hlc: nextHlc(now, known?.hlc ?? '') };
      if (!quota.takes(edit, known)) return STORE_FULL;
      edits.push(edit);
    }
    this.merge(edits, writer);
    this.flush();
    return succeed(undefined);
  }

  /** Sets the heartbeat to `now`, dated later than `after`, on every device. */
  beat(now: number, after = ''): void {
    this.flush();
    const heartbeat = nextHeartbeat(this.tree, now, after);
    this.merge([heartbeat], undefined, heartbeatChange(heartbeat));
    this.flush();
  }

  /** From now on nothing is stored or published, whoever is still at work. */
  stop(): void {
    this.#stopped = true;
    this.#log.stop();
  }

  /** Work on the log that an event should wait for; see `Log.takeWork`. */
  takeWork(): Promise<void> | undefined {
    return this.#log.takeWork();
  }

  /** Stores and publishes what was merged since the last time. Stamps of the heartbeat are only published. */
  flush(): void {
    if (!this.waiting || this.#stopped) return;
    const written = [...this.#waiting.values()];
    const changes = this.#text === undefined ? writeChanges(written) : [this.#text];
    this.#waiting.clear();
    this.#text = undefined;
    const kept = written.filter((stamp) => !isHeartbeat(stamp));
    if (kept.length === written.length) this.#log.append(changes);
    else if (kept.length > 0) this.#log.append(writeChanges(kept));
    this.#publish(written, changes);
  }
}

function* snapshotOf(tree: StampTree): Generator<string> {
  const stored = filter(tree.all(), (stamp) => !isHeartbeat(stamp));
  for (const part of chunk(stored, SNAPSHOT_TEXT_BYTES)) yield bodyOf(encodeChange(part));
}

const HEARTBEAT_PROTECTED = fail('forbidden', "the value heartbeat is the server's");

export const STORE_FULL = fail('store_full', 'the store would be larger than it may be');

/** The changes that carry these stamps, as JSON. */
export const writeChanges = (stamps: Iterable<SizedStamp>, limit = CHANGE_BYTES): string[] =>
  Array.from(chunk(stamps, limit), (part) => bodyOf(encodeChange(part)));

function* filter<Item>(items: Iterable<Item>, wanted: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (wanted(item)) yield item;
}
