import { createMergeableStore } from 'tinybase';
import { createCustomPersister, type PersisterListener, type Persists } from 'tinybase/persisters';
import { clockAllowance, latestHlc, successor } from '../../../src/document/hlc.ts';

/** TinyBase declares this as a constant enum that only its own build can use. */
const MERGEABLE_ONLY = 2 as Persists.MergeableStoreOnly;

type Stamp = [cell: unknown, hlc: string];

/**
 * A TinyBase store that receives every frame that a room has accepted, to compute the expected
 * content. If two contents have the same stamp, it receives the room's choice.
 */
export class ReferenceStore {
  readonly store = createMergeableStore('reference');
  #apply: PersisterListener<Persists.MergeableStoreOnly> | undefined;
  readonly #fragments = new Map<string, string[]>();
  /** The stamps of the store by path. */
  readonly #stamps = new Map<string, Stamp>();

  /** Listens as a persister does, because it receives changes in the form that frames have. */
  async start(): Promise<this> {
    const persister = createCustomPersister<undefined, Persists.MergeableStoreOnly>(
      this.store,
      async () => undefined,
      async () => undefined,
      (listener) => {
        this.#apply = listener;
        return undefined;
      },
      () => undefined,
      () => undefined,
      MERGEABLE_ONLY,
    );
    await persister.startAutoLoad();
    return this;
  }

  async receive(frame: string | ArrayBuffer): Promise<void> {
    const message = typeof frame === 'string' && read(this.#assemble(frame));
    if (!message) return;
    const changes = changesOf(message);
    // TinyBase ignores malformed parts.
    if (changes) await this.#apply?.(undefined, this.#prepare(changes) as never);
  }

  /**
   * Removes stamps too far in the future, for which TinyBase would drop the whole message, and
   * encodes objects as text, as TinyBase sends and hashes them.
   */
  #prepare(changes: unknown): unknown {
    if (!Array.isArray(changes)) return changes;
    const [tables, values, marker] = changes as [unknown, unknown, 1];
    const prepared = [this.#prepareStamps(tables, ['', '', '']), this.#prepareStamps(values, [''])];
    return [...prepared, marker].slice(0, changes.length);
  }

  /** `path` ends with an empty id for each level of children. */
  #prepareStamps(stamp: unknown, path: string[], depth = 0): unknown {
    if (!Array.isArray(stamp)) return stamp;
    const [content, ...rest] = stamp as unknown[];
    if (depth === path.length) return this.#settle(path, [encode(content), String(rest[0] ?? '')]);
    if (typeof content !== 'object' || content === null) return stamp;
    const children = Object.entries(content)
      .filter(([, child]) => depth < path.length - 1 || !isLate(child))
      .map(([id, child]) => [id, this.#prepareStamps(child, path.with(depth, id), depth + 1)]);
    return [Object.fromEntries(children), ...rest];
  }

  /** Of two contents with the same stamp the first wins, with the next stamp. */
  #settle(path: string[], [cell, hlc]: Stamp): Stamp {
    const key = JSON.stringify(path);
    const known = this.#stamps.get(key);
    const isTie = known?.[1] === hlc && known[0] !== cell;
    const settled: Stamp = isTie ? [known[0], successor(hlc)] : [cell, hlc];
    if (!known || settled[1] > known[1]) this.#stamps.set(key, settled);
    return settled;
  }

  /** Decodes a frame, or the fragments that a frame completes. */
  #assemble(frame: string): string {
    const content = frame.slice(frame.indexOf('\n') + 1);
    const fragment = /^([-\w]{16})\n(\d+)\n(\d+)\n/.exec(content);
    if (!fragment) return content;
    const [head, id = '', index, total] = fragment;
    const texts = this.#fragments.get(id) ?? [];
    this.#fragments.set(id, texts);
    texts[Number(index)] = content.slice(head.length);
    return Object.keys(texts).length === Number(total) ? texts.join('') : '';
  }

  /** In the form of an ETag. */
  get hashes(): string {
    const hex = (hash: number) => hash.toString(16).padStart(8, '0');
    return `"${this.store.getMergeableContentHashes().map(hex).join('')}"`;
  }
}

function read(content: string): unknown[] | undefined {
  try {
    const json = decode(JSON.parse(content));
    return Array.isArray(json) && json.length === 3 ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The value that TinyBase sends for undefined. */
function decode(json: unknown): unknown {
  if (json === '\uFFFC') return undefined;
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(decode);
  return Object.fromEntries(Object.entries(json).map(([id, child]) => [id, decode(child)]));
}

/** Returns the changes in a message: its own, or those in the response to a pull. */
function changesOf([requestId, message, body]: unknown[]): unknown[] | undefined {
  const first = Array.isArray(body) ? body[0] : undefined;
  if (message === 3) return body as unknown[];
  if (message !== 0) return undefined;
  if (requestId === 'pull.tables' || requestId === 'pull.rows') return [first, [{}], 1];
  if (requestId === 'pull.cells') return [body, [{}], 1];
  return requestId === 'pull.values' ? [[{}], body, 1] : undefined;
}

const encode = (cell: unknown): unknown =>
  typeof cell === 'object' && cell !== null ? `\uFFFD${JSON.stringify(cell)}` : cell;

function isLate(stamp: unknown): boolean {
  const hlc = Array.isArray(stamp) ? (stamp[1] as unknown) : undefined;
  return typeof hlc === 'string' && hlc > latestHlc(Date.now() + clockAllowance(0) * 1000);
}
