import type { MergeableChanges } from 'tinybase';

/**
 * The stamps of the messages that are being written to the store, to tell what the server brought
 * from what the app wrote at the same time, in a listener or a middleware.
 */
export class ReceivedStamps {
  readonly #stamps = new Set<string>();

  /** Takes the stamps of a message's body, in whichever shape it has them. */
  add(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    if (Array.isArray(body) && typeof body[1] === 'string') this.#stamps.add(body[1]);
    for (const part of Object.values(body)) this.add(part);
  }

  clear(): void {
    this.#stamps.clear();
  }

  /** Whether every cell and value of these changes has a stamp that was received. */
  has([[tables], [values]]: MergeableChanges): boolean {
    const rows = Object.values(tables).flatMap(([rows]) => Object.values(rows));
    const things = [values, ...rows.map(([cells]) => cells)].flatMap(Object.values);
    return things.every(([, stamp = '']) => stamp === '' || this.#stamps.has(stamp));
  }
}
