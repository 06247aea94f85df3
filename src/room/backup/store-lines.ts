import type { SizedStamp } from '../../document/cell-stamp.ts';
import { chunk, encodeChange } from '../../document/codec/change-encoder.ts';
import { stampsWithoutHeartbeat } from '../../document/heartbeat.ts';
import { seal, sealText } from '../../protocol/backup/lines.ts';
import type { MembersRecord } from '../../protocol/backup/records.ts';
import type { Document } from '../content/document.ts';
import { contentHash, storeHash } from './content-hash.ts';
import { momentLines } from './moment-lines.ts';

/** Bytes of the change in one line. Only a single larger stamp makes a longer one. */
const PART_BYTES = 200_000;

/** How often the content is written, if too much of it changes meanwhile. */
const ATTEMPTS = 3;

/** What a backup of a store has. */
export interface StoreBackup {
  store: string;
  /** Undefined for a private store. */
  members: MembersRecord | undefined;
  hasHistory: boolean;
}

/**
 * The lines of a store's backup. The whole amounts to its content in the turn of the last part:
 * that has what has changed since the first. The content has to be loaded.
 */
export async function* storeLines(backup: StoreBackup, document: Document): AsyncGenerator<string> {
  const { store, members } = backup;
  let part = 0;
  if (members) yield await seal(members);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const cursor = document.cursor();
    const chunks = chunk(stampsWithoutHeartbeat(document.tree), PART_BYTES);
    const first = encodeChange(chunks.next().value ?? []);
    const second = chunks.next();
    // A small store is read in this turn.
    if (second.done) return yield* lastLines(backup, document, ++part, first);
    yield await partLine(store, ++part, first);
    let next: IteratorResult<SizedStamp[]> = second;
    for (; !next.done; next = chunks.next()) {
      yield await partLine(store, ++part, encodeChange(next.value));
    }
    const changed = await document.changedSince(cursor);
    if (!changed) continue;
    return yield* lastLines(backup, document, ++part, encodeChange(changed));
  }
  throw new Error('the store changes faster than it can be read');
}

/** The last part and the history up to the same turn. */
async function* lastLines(
  { store, members, hasHistory }: StoreBackup,
  document: Document,
  part: number,
  change: string,
): AsyncGenerator<string> {
  const content = contentHash(document.tree);
  const end = hasHistory ? document.endMoment() : 0;
  yield await partLine(store, part, change, await storeHash(content, members));
  if (!hasHistory || !document.history) return;
  yield* momentLines(store, content, document.history.momentsWithImages(end));
}

/** The line of a part. The last one has the hash of the content. */
function partLine(store: string, part: number, change: string, content?: string): Promise<string> {
  const head = { kind: 'part', store, part, is_last: content !== undefined, content };
  return sealText(`${JSON.stringify(head).slice(0, -1)},"change":${change}}`);
}
