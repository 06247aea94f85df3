import { fits } from '../../src/protocol/http-api/response-examples.ts';
import type { SafeStorage } from '../session/safe-storage.ts';

/** The most names to remember. The copy of the oldest is erased when there are more. */
const MAX_NAMES = 200;

/**
 * Remembers the names of the offline copies of shared stores beside the session, because nothing
 * else tells after a reload which copies a user has.
 */
export class StoreCopies {
  readonly #key: string;
  readonly #storage: SafeStorage;
  readonly #erase: (name: string) => Promise<void>;
  /** Resolves when an asynchronous storage has told the names. Never rejects. */
  #loading: Promise<void> | undefined;

  /** `erase` deletes the copy with this name; it never rejects. */
  constructor(key: string, storage: SafeStorage, erase: (name: string) => Promise<void>) {
    this.#key = key;
    this.#storage = storage;
    this.#erase = erase;
    this.#loading = this.#load();
  }

  /** Remembers a copy that is about to be created. */
  add(name: string): void {
    const names = [...this.#read().filter((other) => other !== name), name];
    this.#write(names.slice(-MAX_NAMES));
    for (const dropped of names.slice(0, -MAX_NAMES)) void this.#erase(dropped);
  }

  /** Erases one copy. Never rejects. */
  async erase(name: string): Promise<void> {
    await this.#erase(name);
    await this.#loading;
    this.#write(this.#read().filter((other) => other !== name));
  }

  /** Erases all copies whose name ends with `suffix`, which names their user. Never rejects. */
  async eraseAll(suffix: string): Promise<void> {
    await this.#loading;
    const names = this.#read().filter((name) => name.endsWith(suffix));
    await Promise.all(names.map((name) => this.#erase(name)));
    this.#write(this.#read().filter((name) => !names.includes(name)));
  }

  async #load(): Promise<void> {
    // Later, so that a failing storage is reported after the app has its client.
    await Promise.resolve();
    const loaded = parseNames(await this.#storage.load(this.#key));
    // Copies may have been added while an asynchronous storage was read.
    const added = this.#read().filter((name) => !loaded.includes(name));
    if (added.length > 0) this.#write([...loaded, ...added].slice(-MAX_NAMES));
    this.#loading = undefined;
  }

  #read(): string[] {
    return parseNames(this.#storage.getItem(this.#key));
  }

  #write(names: string[]): void {
    if (names.length > 0) this.#storage.setItem(this.#key, JSON.stringify(names));
    else if (this.#storage.getItem(this.#key) !== null) this.#storage.removeItem(this.#key);
  }
}

function parseNames(text: string | null): string[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return fits(kept, ['']) ? kept : [];
  } catch {
    return [];
  }
}
