import { createMergeableStore, type MergeableStore } from 'tinybase';
import { MESSAGE, readFragment, splitFrame } from '../../../src/protocol/frame.ts';
import { MemoryRoom, type MemorySocket } from './rooms/memory-room.ts';

/** The messages with which two sides compare their content. */
const COMPARISONS = [
  'contentHashes',
  'getTableDiff',
  'getRowDiff',
  'getCellDiff',
  'getValueDiff',
] as const;

type Comparisons = Partial<Record<(typeof COMPARISONS)[number], number>>;

/** How many messages of each of these kinds are in frames. */
function comparisonsIn(frames: string[]): Comparisons {
  const kinds = frames.map((frame) => {
    const { content } = splitFrame(frame)!;
    const text = readFragment(content)?.text ?? content;
    // Only the first fragment of a message begins like a message.
    return Number(/^\[(?:null|"[^"]*"),(\d),/.exec(text)?.[1]);
  });
  const counts = COMPARISONS.map(
    (name) => [name, kinds.filter((kind) => kind === MESSAGE[name]).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** The comparisons that a socket has carried to the room and to its device. */
export const comparisonsOf = ({ sent, received }: MemorySocket) => ({
  up: comparisonsIn(sent),
  down: comparisonsIn(received),
});

/** A room with a table of this many rows, the device that wrote it, and another one's store. */
export async function roomOfRows(count: number) {
  const room = await new MemoryRoom().start();
  const ann = await room.connect();
  const rows = Array.from({ length: count }, (_, row) => [
    `${row}`,
    { title: `Task ${row}`, done: false, order: row, owner: 'ann' },
  ]);
  ann.store.setTable('tasks', Object.fromEntries(rows));
  await room.settle();
  const store = createMergeableStore();
  store.merge(ann.store);
  return { room, ann, store };
}

/** Edits a cell in each of `count` rows. */
export function edit(store: MergeableStore, count: number, owner: string): void {
  store.transaction(() => {
    for (let row = 0; row < count; row++) store.setCell('tasks', `${row}`, 'owner', owner);
  });
}

type Listener = (event: { data: string; code: number; reason: string }) => void;

/**
 * A client's WebSocket that goes on over another socket when one is lost. It hides the loss, on
 * which clients of TinyBase 10 stop.
 */
export class ReconnectingEnd {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  readonly #listeners = new Set<Listener>();
  #end: WebSocket | undefined;

  attach(socket: MemorySocket): void {
    this.#end = socket.clientEnd;
    socket.addEventListener('message', (event) => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  addEventListener(type: string, listener: Listener): void {
    if (type === 'message') this.#listeners.add(listener);
  }

  removeEventListener(_: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  send(data: string): void {
    this.#end?.send(data);
  }

  close(): void {
    this.#end?.close();
  }
}
