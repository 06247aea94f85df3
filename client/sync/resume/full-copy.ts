import type { MergeableChanges, MergeableStore } from 'tinybase';
import { DELETED } from '../../../src/protocol/stamps.ts';
import { type HttpClient, readText } from '../../api/http-client.ts';
import { throwIfAborted } from '../../common/abort.ts';
import { type CallOptions, withDeadline } from '../../common/deadline.ts';
import {
  changesOf,
  type Entry,
  entriesOf,
  gather,
  isPartOf,
  keyOf,
  readEntries,
} from '../entries.ts';
import { mergeEncodedChanges } from '../merge-encoded-changes.ts';
import type { ResumePoint } from './resume-point.ts';

/** Characters of lines to merge together, at least. */
const BATCH_CHARACTERS = 50_000;
/** Rows and values to merge in one transaction, at most. It takes about 10 ms. */
const BATCH_ENTRIES = 400;
/** How long the page may be busy before other events get their turn. */
const BUSY_MS = 40;

/** Whether a text may have a deleted cell or value. */
const MAY_DELETE = new RegExp(`${DELETED}|\\\\u${DELETED.charCodeAt(0).toString(16)}`, 'i');

export interface FullCopyOptions extends CallOptions {
  http: HttpClient;
  token: string;
  point: ResumePoint;
  /** Called when a part of the copy was merged. */
  onProgress(): void;
}

/**
 * Merges the server's full copy into a store, batch by batch: one large transaction would take
 * longer, and stop the page meanwhile. No synchronizer may be running. Resolves with the cursor of
 * the copy. Rejects if the response ends early or is something else, or if it makes no progress for
 * `timeoutMs`. What was merged until then remains.
 */
export function loadFullCopy(store: MergeableStore, options: FullCopyOptions): Promise<string> {
  const { http, token, point, onProgress } = options;
  return withDeadline(options, async (signal, prolong) => {
    const call = { method: 'GET', token } as const;
    const response = await http.send('snapshot', call, undefined, signal);
    if (!response.ok) throw new Error('there is no copy');
    let busySince = performance.now();
    const lines = new CopyLines(async (batch) => {
      for (const entries of batchesOf(batch)) {
        throwIfAborted(signal);
        await mergeEntries(store, point, entries);
        prolong();
        onProgress();
        if (performance.now() - busySince < BUSY_MS) continue;
        await new Promise((resolve) => setTimeout(resolve));
        busySince = performance.now();
      }
    });
    await readText(response, signal, prolong, (text) => lines.add(text));
    return lines.end();
  });
}

/** Divides the text of a copy into lines, and these into batches. */
class CopyLines {
  #rest = '';
  #batch: string[] = [];
  #characters = 0;
  readonly #merge: (lines: string[]) => Promise<void>;

  constructor(merge: (lines: string[]) => Promise<void>) {
    this.#merge = merge;
  }

  async add(text: string): Promise<void> {
    // Each text is searched once, although a line may be longer than many of them.
    const [end, ...starts] = text.split('\n');
    this.#rest += end;
    for (const start of starts) {
      this.#batch.push(this.#rest);
      this.#characters += this.#rest.length;
      this.#rest = start;
      if (this.#characters >= BATCH_CHARACTERS) await this.#flush();
    }
  }

  /** Returns the cursor in the last line, which only a complete copy has. */
  async end(): Promise<string> {
    const { cursor } = JSON.parse(this.#batch.pop() ?? '{}');
    if (typeof cursor !== 'string' || cursor === '') throw new Error('the copy is incomplete');
    await this.#flush();
    return cursor;
  }

  async #flush(): Promise<void> {
    if (this.#batch.length > 0) await this.#merge(this.#batch);
    this.#batch = [];
    this.#characters = 0;
  }
}

/** The entries in some lines, in batches. Throws if a line is no change. */
function* batchesOf(lines: string[]): Generator<Entry[]> {
  const all = lines.flatMap((line) => entriesOf(readChanges(line)));
  const entries = lines.length === 1 ? all : [...gather(all).values()];
  for (let start = 0; start < entries.length; start += BATCH_ENTRIES) {
    yield entries.slice(start, start + BATCH_ENTRIES);
  }
}

/** Rejects if TinyBase refuses an entry. It ignores all of them then. */
async function mergeEntries(
  store: MergeableStore,
  point: ResumePoint,
  entries: Entry[],
): Promise<void> {
  const source = new Map(entries.map((entry) => [keyOf(entry.path), entry]));
  point.isCopied = (entry) => isPartOf(source, entry);
  await mergeEncodedChanges(store, changesOf(entries));
  point.isCopied = () => false;
  const [known] = readEntries(store, [entries[0]!.path]);
  if (!known) throw new Error('refused changes');
}

function readChanges(line: string): MergeableChanges {
  const revive = (_: string, value: unknown) => (value === DELETED ? undefined : value);
  const [tables, values] = JSON.parse(line, MAY_DELETE.test(line) ? revive : undefined);
  // Without the 1, TinyBase would replace the content of the store.
  return [tables, values, 1];
}
