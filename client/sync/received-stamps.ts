import type { MergeableChanges } from 'tinybase';

/**
 * Remembers the stamps of the messages that are currently written to the store. They tell changes
 * of the server from changes that a listener or middleware of the app makes at the same time.
 */
export class ReceivedStamps {
  readonly #stamps = new Set<string>();

  /** Collects all stamps in the body of a message. */
  add(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    if (Array.isArray(body) && typeof body[1] === 'string') this.#stamps.add(body[1]);
    for (const part of Object.values(body)) this.add(part);
  }

  clear(): void {
    this.#stamps.clear();
  }

  /** Whether the stamp of every changed cell and value was received. */
  includesAll([[tables], [values]]: MergeableChanges): boolean {
    const rows = Object.values(tables).flatMap(([rows]) => Object.values(rows));
    const stamps = [values, ...rows.map(([cells]) => cells)].flatMap(Object.values);
    return stamps.every(([, hlc = '']) => hlc === '' || this.#stamps.has(hlc));
  }
}
