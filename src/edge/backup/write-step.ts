import { version } from '../../../package.json';
import { withDeadline } from '../../deadline.ts';
import { resultOf } from '../../operations/room-calls.ts';
import type { Rooms } from '../../platform.ts';
import { seal } from '../../protocol/backup/lines.ts';
import { BACKUP_FORMAT, FORMAT_WITHOUT_HISTORY } from '../../protocol/backup/records.ts';
import { readAccount } from './read-account.ts';
import { DEADLINE_MS, formatCursor, type Item, type Page } from './walk.ts';

/** A step ends after the store with which it has this many bytes. */
const ENOUGH_BYTES = 4_000_000;

/** Items whose rooms are asked ahead. Workers keep 6 connections open at a time. */
const AHEAD = 2;

/**
 * Least milliseconds from one item to the next. Users' rooms can share a thread with those that are
 * read, and reading one takes one to four milliseconds of it.
 */
const PACE_MS = 10;

/** What a step has written. */
export interface StepFigures {
  accounts: number;
  stores: number;
  bytes: number;
}

/**
 * Writes one step of a backup: the items of a page, or the first of them. Throws if a room fails;
 * then the last line is missing, and the reader notices.
 */
export async function* writeStep(
  rooms: Rooms,
  namespace: string,
  { items, next: following, hasHistory }: Page & { hasHistory: boolean },
  figures: StepFigures,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const line = (text: string) => count(encoder.encode(`${text}\n`));
  const count = (chunk: Uint8Array) => {
    figures.bytes += chunk.byteLength;
    return chunk;
  };
  const created_at = new Date().toISOString();
  const format = hasHistory ? BACKUP_FORMAT : FORMAT_WITHOUT_HISTORY;
  yield line(await seal({ kind: 'header', format, namespace, created_at, version }));
  let next = following;
  const asked: Promise<Copy>[] = [];
  try {
    for (const [index, item] of items.entries()) {
      while (asked.length <= index + AHEAD && asked.length < items.length) {
        await new Promise((resolve) => setTimeout(resolve, PACE_MS));
        const copy = askFor(rooms, items[asked.length]!, hasHistory);
        copy.catch(() => undefined);
        asked.push(copy);
      }
      const { account, content, error } = await asked[index]!;
      if (account !== undefined) {
        figures.accounts += 1;
        yield line(account);
      }
      if (content) {
        for await (const chunk of chunksOf(content)) yield count(chunk);
        figures.stores += 1;
      } else if (error !== undefined) {
        yield line(await seal({ kind: 'skipped', store: item.id, error }));
      }
      if (figures.bytes >= ENOUGH_BYTES && index + 1 < items.length) {
        next = item.position;
        break;
      }
    }
  } finally {
    for (const copy of asked)
      void copy.then(
        ({ content }) => discard(content),
        () => undefined,
      );
  }
  const { accounts, stores } = figures;
  yield line(await seal({ kind: 'end', cursor: formatCursor(next), accounts, stores }));
}

/** What the rooms of an item answer. All is undefined for an item that is not there any more. */
interface Copy {
  /** A line. */
  account?: string;
  /** The lines of the store. */
  content?: ReadableStream<Uint8Array>;
  /** The code of the error, if the room cannot read the store. */
  error?: string;
}

async function askFor(rooms: Rooms, { id, shard }: Item, hasHistory: boolean): Promise<Copy> {
  const isShared = shard === undefined;
  if (isShared) return askForStore(rooms, id, true, hasHistory);
  const account = await readAccount(rooms.auth(shard), id);
  if (!account) return {};
  return { account: await seal(account), ...(await askForStore(rooms, id, false, hasHistory)) };
}

async function askForStore(
  rooms: Rooms,
  id: string,
  isShared: boolean,
  hasHistory: boolean,
): Promise<Copy> {
  const path = `/back-up-store?store=${id}${isShared ? '&shared' : ''}${hasHistory ? '&history' : ''}`;
  const answer = await withDeadline(rooms.user(id).fetch(path), DEADLINE_MS);
  const result = await resultOf(answer);
  if (result.ok) return result.value.body ? { content: result.value.body } : {};
  return isShared && result.error === 'not_found' ? {} : { error: result.error };
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await withDeadline(reader.read(), DEADLINE_MS);
    if (done) return;
    yield value;
  }
}

/** Ends the stream of a room that nobody reads any more. */
function discard(content: ReadableStream<Uint8Array> | undefined): void {
  if (content && !content.locked) content.cancel().catch(() => undefined);
}
