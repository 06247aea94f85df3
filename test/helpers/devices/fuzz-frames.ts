import { getHlcFunctions } from 'tinybase';

/** Returns a generator of numbers in [0, 1), determined by the seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const IDS = ['a', 'b', '__proto__', 'constructor', '', 'x\ny', '\uFFFC'];
const THINGS = [null, '', 'text', 0, -1.5, true, false, '\uFFFC', '\uFFFD{"a":[1]}', 'ä🙂\n'];
const JUNK = [null, true, -1, 1e308, '', '\uFFFC', '\uFFFD', '\uFFFD{', 'text', [], {}, [[]], [{}]];
const PULLS = ['hashes', 'tables', 'rows', 'cells', 'values'].map((name) => `pull.${name}`);
const REQUEST_IDS = [null, '', '__proto__', 'x'.repeat(300), ...PULLS];

/** Generates frames of the synchronizer's protocol, most of which are invalid. */
export class FuzzFrames {
  readonly #random: () => number;
  readonly #hlcs = ['-'.repeat(16)];
  #time = Date.UTC(2026, 0);
  readonly #nextHlc = getHlcFunctions('fuzzer', () => this.#time++)[0];
  /** The kinds of frames, each with its share in percent. */
  readonly #kinds: [share: number, make: () => (string | ArrayBuffer)[]][] = [
    [30, () => [this.#message(3, this.changes())]],
    [8, () => this.#fragments(this.#message(3, this.changes()))],
    [22, () => [this.#mutate(this.#anyMessage())]],
    [15, () => [this.#wrongTypes(this.#anyMessage())]],
    [6, () => [this.#text(200)]],
    [4, () => [new TextEncoder().encode(this.#text(200)).buffer as ArrayBuffer]],
    [8, () => this.#wildFragments()],
    [7, () => [this.#poison()]],
  ];

  constructor(seed: number) {
    this.#random = random(seed);
  }

  /** Returns the frames of one attempt, to be sent in order through one socket. */
  next(): (string | ArrayBuffer)[] {
    let at = this.#below(100);
    for (const [share, make] of this.#kinds) {
      at -= share;
      if (at < 0) return make();
    }
    throw new Error('the shares make less than 100');
  }

  /** Returns changes as a device sends them, some of them old. */
  changes(): unknown {
    const tables = child();
    const values = child();
    for (let count = this.#below(4); count >= 0; count--) {
      const stamp = [this.#pick(THINGS), this.#hlc()];
      if (this.#random() < 0.3) values[this.#pick(IDS)] = stamp;
      else this.#into(this.#into(tables))[this.#pick(IDS)] = stamp;
    }
    return [[tables], [values], 1];
  }

  #into(parent: Children): Children {
    const id = this.#pick(IDS);
    parent[id] ??= [child()];
    return (parent[id] as [Children])[0];
  }

  #hlc(): string {
    if (this.#random() < 0.3) return this.#pick(this.#hlcs);
    const hlc = this.#nextHlc();
    this.#hlcs.push(hlc);
    return hlc;
  }

  #message(message: number, body: unknown, requestId: unknown = null): string {
    return `\n${JSON.stringify([requestId, message, body])}`;
  }

  #anyMessage(): string {
    const body = [this.changes(), '', this.#hashes(3), [1, 2]][this.#below(4)];
    return this.#message(this.#below(8), body, this.#pick(REQUEST_IDS));
  }

  #hashes(depth: number): unknown {
    if (depth === 0) return this.#pick([0, 1, 0xffffffff, 2 ** 32, -1, 0.5, null, '1']);
    const hashes = child();
    for (let count = this.#below(3); count > 0; count--) {
      hashes[this.#pick(IDS)] = this.#hashes(depth - 1);
    }
    return hashes;
  }

  /** Returns wrong hashes in requests, announcements and responses to the room's requests. */
  #poison(): string {
    const body = this.#pick([
      this.#hashes(1 + this.#below(3)),
      [this.#hashes(0), this.#hashes(0)],
      [(this.changes() as unknown[])[0], this.#hashes(1 + this.#below(2))],
    ]);
    return this.#message(this.#below(9) - 1, body, this.#pick(REQUEST_IDS));
  }

  #mutate(frame: string): string {
    const [from, to] = [this.#below(frame.length), this.#below(frame.length)].sort((a, b) => a - b);
    const [start, end] = [frame.slice(0, from), frame.slice(to)];
    switch (this.#below(4)) {
      case 0:
        return start;
      case 1:
        return start + end;
      case 2:
        return start + this.#text(8) + frame.slice(from);
      default:
        return frame.slice(0, to) + frame.slice(from);
    }
  }

  /** Replaces a random part of a message by a value of another type. */
  #wrongTypes(frame: string): string {
    const json = JSON.parse(frame) as unknown[];
    let parent = json as unknown as Children;
    for (let depth = this.#below(9); ; depth--) {
      const id = this.#pick(Object.keys(parent));
      const inner = parent[id];
      if (depth > 0 && isParent(inner)) {
        parent = inner;
        continue;
      }
      Object.defineProperty(parent, id, { value: this.#junk(), enumerable: true });
      return `\n${JSON.stringify(json)}`;
    }
  }

  #junk(): unknown {
    if (this.#random() < 0.1) return JSON.parse('['.repeat(500) + ']'.repeat(500));
    return this.#random() < 0.2 ? this.#text(20) : this.#pick(JUNK);
  }

  #fragments(frame: string): string[] {
    const content = frame.slice(1);
    const size = Math.max(1, Math.ceil(content.length / (1 + this.#below(5))));
    const total = Math.ceil(content.length / size);
    const id = this.#nextHlc();
    const fragments = Array.from(
      { length: total },
      (_, index) =>
        `\n${id}\n${index}\n${total}\n${content.slice(index * size, (index + 1) * size)}`,
    );
    return this.#random() < 0.5 ? fragments.reverse() : fragments;
  }

  #wildFragments(): string[] {
    return Array.from({ length: 1 + this.#below(3) }, () => {
      const id = this.#random() < 0.8 ? this.#nextHlc() : this.#text(16);
      const [index, total] = [this.#below(5) - 1, this.#pick([0, 1, 2, 3, 1000, 1001, 1e9, -1])];
      return ['', id, index, total, this.#mutate(this.#anyMessage()).slice(1)].join('\n');
    });
  }

  #text(length: number): string {
    const size = this.#below(length);
    return String.fromCharCode(
      ...Array.from({ length: size }, () => this.#below(this.#random() < 0.8 ? 0x80 : 0x10000)),
    );
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<Item>(items: Item[]): Item {
    return items[this.#below(items.length)]!;
  }
}

type Children = Record<string, unknown>;

const child = (): Children => Object.create(null) as Children;

const isParent = (json: unknown): json is Children =>
  typeof json === 'object' && json !== null && Object.keys(json).length > 0;
