import type {
  CellAddress,
  CellStamp,
  CellWrite,
  Correction,
  SizedStamp,
} from '../../document/cell-stamp.ts';
import { isJsonCell } from '../../document/codec/cell-codec.ts';
import { chunk, encodeChunks } from '../../document/codec/change-encoder.ts';
import { readChange } from '../../document/codec/stamp-decoder.ts';
import {
  HEARTBEAT_READ_ONLY,
  isHeartbeat,
  nextHeartbeat,
  stampsWithoutHeartbeat,
} from '../../document/heartbeat.ts';
import { nextHlc } from '../../document/hlc.ts';
import { Quota } from '../../document/quota.ts';
import { type Leaf, StampTree, sizedStamp } from '../../document/stamp-tree.ts';
import { settleTies } from '../../document/validate.ts';
import type { RoomStorage } from '../../platform.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import { DELETED } from '../../protocol/stamps.ts';
import { Authors } from '../history/authors.ts';
import type { History } from '../history/history.ts';
import { MAX_SIZE_RATIO } from '../log/growth.ts';
import { Log } from '../log/log.ts';
import { type Content, SNAPSHOT_TEXT_BYTES } from '../log/log-content.ts';
import { Corrections } from '../refusals/corrections.ts';
import { STORE_FULL } from '../refusals/refusal.ts';
import { changedSince } from './changed-stamps.ts';
import {
  CHANGE_BYTES,
  type Publication,
  type Writer,
  type WrittenStamp,
  writeChanges,
} from './publication.ts';

/** Stamps that are stored, at most, before the content is read. */
const MAX_UNREAD = 1000;

/**
 * The store of a user: its content in memory, and its log in room storage. Every write goes through
 * `merge`, which changes the content, and `flush`, which appends to the log and calls `publish` in
 * the same turn. The engine's output gate then holds back every frame until the write is durable.
 */
export class Document {
  readonly tree = new StampTree();
  readonly corrections: Corrections;
  readonly #log: Log;
  readonly history: History | undefined;
  readonly #maxBytes: number;
  readonly #publish: (publication: Publication) => void;
  #loading: Promise<void> | undefined;
  #isLoaded = false;
  /** What was stored before the content was read. */
  readonly #unread: CellStamp[] = [];
  /** Its authors. */
  readonly #unreadBy = new Authors();
  readonly #waiting = new Map<Leaf, WrittenStamp>();
  /** The authors of what waits. */
  readonly #authors = new Authors();
  /** The JSON of everything that waits, if it came as one change. */
  #text: string | undefined;
  #stopped = false;

  constructor(
    storage: RoomStorage,
    maxBytes: number,
    publish: (publication: Publication) => void,
    onFailure: (error: unknown) => void,
    history?: History,
  ) {
    this.#maxBytes = maxBytes;
    this.#publish = publish;
    this.history = history;
    this.corrections = new Corrections(storage, onFailure);
    const { tree } = this;
    const content: Content = {
      get bytes() {
        return tree.jsonBytes;
      },
      snapshot: () => this.#snapshot(),
      willBeCovered: () => {
        this.flush();
        this.history?.pass();
      },
    };
    this.#log = new Log(storage, content, onFailure);
  }

  /** Opens the log. Throws a NewerFormatError if a later version of TinyHost wrote it. */
  async open(): Promise<void> {
    await this.#log.open();
    await this.corrections.load();
  }

  /**
   * Reads the stored content, once. Before that, only `storeUnread`, `beat`, `cursor` and
   * `changedSince` may be called.
   */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  async #load(): Promise<void> {
    await this.history?.open(this.tree, this.#log.first, this.#log.end);
    await this.#log.load((record) => {
      if (this.history) this.history.replay(record);
      else for (const edit of readChange(record.text)) this.tree.put(edit);
    });
    const unread = this.#unread.splice(0);
    const settled = settleTies(unread, this.tree);
    // The log may have been read before these were appended.
    if (unread.length > 0) this.history?.begin();
    for (const edit of unread) this.#put(edit);
    if (unread.length > 0) this.history?.appended(this.#log.end, this.#unreadBy.take());
    this.#isLoaded = true;
    this.corrections.prune(this.tree);
    this.merge(settled);
    this.flush();
  }

  /**
   * Stores and publishes stamps before the content is read. The author has to know that they fit;
   * see `unreadBytes`. Stamps that are older than the content do no harm, as in the log.
   */
  storeUnread(edits: CellStamp[], writer: Writer): void {
    if (edits.length === 0 || this.#stopped) return;
    this.#unread.push(...edits);
    const written = edits.map((edit) => ({ ...sizedStamp(edit), writer }));
    const changes = writeChanges(written);
    this.#authors.add(writer);
    this.#unreadBy.add(writer);
    this.#log.append(changes, this.#authors.take());
    this.#publish({ written, changes, isHeartbeat: false });
  }

  /** The size of the stored content in bytes, at most, while it is not read. */
  get unreadBytes(): number {
    return this.#log.bytes * MAX_SIZE_RATIO;
  }

  /**
   * The texts of a snapshot. Flushes before it is complete: if it held a stamp that no record has,
   * and the room then ended, cursors would miss the stamp.
   */
  *#snapshot(): Generator<string> {
    yield* encodeChunks(chunk(stampsWithoutHeartbeat(this.tree), SNAPSHOT_TEXT_BYTES));
    this.flush();
  }

  /** Whether merged stamps wait for a flush. */
  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Merges the stamps that are newer than the content. `text` is the change that they came in: if
   * all of them are newer and nothing else waits, the flush stores and forwards it as it is, unless
   * it is long.
   */
  merge(edits: readonly CellStamp[], writer?: Writer, text?: string): void {
    if (this.history?.endsBefore(edits)) this.endMoment();
    this.#text = this.waiting || (text?.length ?? 0) * 3 > CHANGE_BYTES ? undefined : text;
    if (!this.waiting) this.history?.begin();
    let isNews = false;
    for (const edit of edits) {
      const leaf = this.#put(edit);
      if (!leaf || isJsonCell(edit.cell)) this.#text = undefined;
      if (!leaf) continue;
      this.#waiting.set(leaf, this.#written(edit, leaf, writer));
      isNews = true;
    }
    if (writer && isNews) this.#authors.add(writer);
  }

  #put(edit: CellStamp): Leaf | undefined {
    return this.history ? this.history.put(edit) : this.tree.put(edit);
  }

  /** Ends and stores the present moment, with all that was merged. Returns the id of the next. */
  endMoment(): number {
    this.flush();
    return this.history?.end() ?? 0;
  }

  /** Merges content under later HLCs, and remembers what it counts as. */
  correct(corrections: Correction[]): void {
    for (const correction of corrections) this.corrections.note(correction);
    this.merge(corrections);
  }

  #written({ table, row, id }: CellAddress, leaf: Leaf, writer?: Writer): WrittenStamp {
    return { ...this.tree.hold(table, row, id, leaf), writer };
  }

  /**
   * Writes for clients without a clock, such as those of the HTTP API. Each change gets an HLC of
   * the server, later than that of the content it replaces. Changes that make no difference are
   * skipped. Writes everything or, with `store_full` or `forbidden`, nothing.
   */
  write(changes: Iterable<CellWrite>, writer?: Writer): Result<void> {
    const now = Date.now();
    const quota = new Quota(this.tree, this.#maxBytes);
    const edits: CellStamp[] = [];
    for (const change of changes) {
      if (isHeartbeat(change)) return HEARTBEAT_READ_ONLY;
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

  /** Publishes the heartbeat of `now`, with an HLC later than `after`. It is not stored. */
  beat(now: number, after = ''): void {
    this.flush();
    const heartbeat = nextHeartbeat(this.tree, now, after);
    const leaf = this.tree.put(heartbeat);
    if (!leaf || this.#stopped) return;
    const written = [this.#written(heartbeat, leaf)];
    this.#publish({ written, changes: writeChanges(written), isHeartbeat: true });
  }

  /** Stores and publishes nothing from now on. */
  stop(): void {
    this.#stopped = true;
    this.#log.stop();
    this.history?.stop();
  }

  /** Pending work on the log; see `Log.takeWork`. A long log is read, so that it is compacted. */
  takeWork(): Promise<void> | undefined {
    const isDue = this.#log.isLong || this.#unread.length > MAX_UNREAD;
    if (!this.#isLoaded && isDue) return this.load();
    return this.#log.takeWork() ?? this.history?.takeWork();
  }

  /**
   * The end of the log as text. Flushes first, so all that the content has is before it, except the
   * heartbeat: the hashes of the same turn are those at this cursor.
   */
  cursor(): string {
    this.flush();
    return this.#log.cursor;
  }

  /**
   * The texts of the stored changes that amount to the content, straight from storage, and the
   * cursor after them; see `Log.copy`. Reads no content, and needs none to be read.
   */
  copy(): AsyncGenerator<string, string | undefined> {
    this.flush();
    return this.#log.copy();
  }

  /** The size of the texts of a copy in bytes, approximately. */
  get copyBytes(): number {
    return this.#log.bytes;
  }

  /**
   * The present stamps of everything that changed after a cursor, each once. Includes what changes
   * while the log is read, up to the turn in which the promise resolves. Undefined if the log cannot
   * tell (see `Log.recordsAfter`) or if the stamps are too large: an exchange of hashes is then
   * cheaper.
   */
  changedSince(cursor: string): Promise<SizedStamp[] | undefined> {
    const tree = this.#isLoaded ? this.tree : undefined;
    return changedSince(tree, this.#log, cursor, () => this.cursor());
  }

  /** Stores and publishes the stamps that were merged since the last flush. */
  flush(): void {
    if (!this.waiting || this.#stopped) return;
    const written = [...this.#waiting.values()];
    const changes = this.#text === undefined ? writeChanges(written) : [this.#text];
    const by = this.#authors.take();
    this.#waiting.clear();
    this.#text = undefined;
    this.#log.append(changes, by);
    this.history?.appended(this.#log.end, by);
    this.corrections.save(this.tree);
    this.#publish({ written, changes, isHeartbeat: false });
  }
}
