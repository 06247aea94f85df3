import type { ChangeOrigin } from '../protocol/http-api/hooks.ts';

/** The most origins that an event names. */
export const MAX_ORIGINS = 16;

const OTHER: ChangeOrigin = { kind: 'other', id: null };

/** The different origins of some changes. What exceeds their number counts as one other origin. */
export class ChangeOrigins {
  readonly #known = new Map<string, ChangeOrigin>();

  add(...origins: ChangeOrigin[]): this {
    for (const origin of origins) {
      const key = `${origin.kind} ${origin.id}`;
      const isFull = this.#known.size >= MAX_ORIGINS - 1 && !this.#known.has(key);
      if (isFull || origin.kind === 'other') this.addOther();
      else this.#known.set(key, origin);
    }
    return this;
  }

  addOther(): this {
    this.#known.set(OTHER.kind, OTHER);
    return this;
  }

  get list(): ChangeOrigin[] {
    return [...this.#known.values()];
  }
}
