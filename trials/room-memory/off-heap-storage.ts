import { deserialize, serialize } from 'node:v8';
import type { ListOptions } from '../../src/platform.ts';

/** Room storage that holds its data outside the JavaScript heap, as an engine does. */
export class OffHeapStorage {
  readonly #entries = new Map<string, Buffer>();

  get bytes(): number {
    let bytes = 0;
    for (const [key, value] of this.#entries) bytes += key.length + value.length;
    return bytes;
  }

  async get(key: string): Promise<unknown> {
    const entry = this.#entries.get(key);
    return entry && deserialize(entry);
  }

  async put(key: string | Record<string, unknown>, value?: unknown): Promise<void> {
    const entries = typeof key === 'string' ? { [key]: value } : key;
    for (const [key, value] of Object.entries(entries)) {
      this.#entries.set(key, serialize(value));
    }
  }

  async delete(keys: string[]): Promise<number> {
    return keys.filter((key) => this.#entries.delete(key)).length;
  }

  async list({ start = '', end = '~', limit }: ListOptions): Promise<Map<string, unknown>> {
    const keys = [...this.#entries.keys()].filter((key) => key >= start && key < end);
    const found = keys.sort().slice(0, limit);
    return new Map(
      await Promise.all(found.map(async (key) => [key, await this.get(key)] as const)),
    );
  }
}
