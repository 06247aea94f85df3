/** A random number generator with a seed (mulberry32), so that a failure can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const STRANGE: unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 32,
  '',
  '\uFFFC',
  '\uFFFD',
  '\uFFFD{"a":',
  '\uFFFD[1]',
  '__proto__',
  [],
  {},
  [[]],
  [{}],
  [{}, ''],
  [1, 'zzzzzzzzzzzzzzzz'],
  { __proto__: { a: 1 } },
  { a: { a: { a: { a: 1 } } } },
  [[[[[[[[]]]]]]]],
];

/** Makes frames that no client should send, from some that clients do send. */
export class FrameFuzzer {
  readonly #random: () => number;
  readonly #frames: string[];

  constructor(seed: number, frames: string[]) {
    this.#random = seededRandom(seed);
    this.#frames = frames;
  }

  next(): string {
    const make = this.#pick([
      this.#noise,
      this.#mutated,
      this.#truncated,
      this.#fragment,
      this.#mistyped,
    ]);
    return make.call(this);
  }

  #below = (limit: number): number => Math.floor(this.#random() * limit);

  #pick = <Item>(items: readonly Item[]): Item => items[this.#below(items.length)]!;

  /** Random characters, those of the protocol more often than others. */
  #noise(): string {
    const unit = () =>
      this.#pick(['[', ']', '{', '}', ',', ':', '"', '\n', '0', 'S', 'M', '\uFFFC']);
    const other = () => String.fromCharCode(this.#below(0x10000));
    return Array.from({ length: this.#below(60) }, () =>
      this.#random() < 0.8 ? unit() : other(),
    ).join('');
  }

  /** A real frame with some characters replaced, removed or doubled. */
  #mutated(): string {
    let frame = this.#pick(this.#frames);
    for (let count = this.#below(4); count >= 0; count--) {
      const at = this.#below(frame.length);
      const replacement = this.#pick(['', frame.slice(at, at + 8), '"', '[', '9', '\uFFFD', '-']);
      frame = frame.slice(0, at) + replacement + frame.slice(at + this.#below(3));
    }
    return frame;
  }

  #truncated(): string {
    const frame = this.#pick(this.#frames);
    return frame.slice(0, this.#below(frame.length));
  }

  /** A fragment that does not belong, or whose numbers do not fit. */
  #fragment(): string {
    const id = this.#pick(['0123456789abcdef', 'fedcba9876543210', 'short', '']);
    const index = this.#pick([0, 1, 2, 999, 1000, -1, 1e9]);
    const total = this.#pick([0, 1, 2, 3, 1000, 1001, 9999]);
    return ['', id, index, total, this.#truncated()].join('\n');
  }

  /** A real frame with one part, at whatever depth, of another type; also hashes of nothing. */
  #mistyped(): string {
    const [address, content = ''] = this.#pick(this.#frames).split('\n');
    return `${address}\n${JSON.stringify(this.#mistype(JSON.parse(content)))}`;
  }

  #mistype(part: unknown): unknown {
    if (typeof part !== 'object' || part === null || this.#random() < 0.2) {
      return this.#random() < 0.3 ? this.#below(2 ** 32) : this.#pick(STRANGE);
    }
    const key = this.#pick(Object.keys(part));
    if (key === undefined) return this.#pick(STRANGE);
    const changed = this.#mistype((part as Record<string, unknown>)[key]);
    if (Array.isArray(part))
      return part.map((item, index) => (`${index}` === key ? changed : item));
    return { ...part, [key]: changed };
  }
}
