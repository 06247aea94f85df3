import type { LoadWasm } from './platform.ts';

/** What one hash costs: KiB of memory, passes over it, and lanes (RFC 9106). */
export interface Argon2Cost {
  memory: number;
  passes: number;
  lanes: number;
}

/** Derives a key of 32 bytes. Blocks for as long as it takes; throws where memory runs out. */
export type Argon2id = (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Uint8Array;

/**
 * What @phi-ag/argon2 has in its module: the reference implementation in C, with SIMD. Its own
 * JavaScript is not used, as that cuts passwords short that are not ASCII.
 */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  /** 0 where there is no memory left. */
  malloc(bytes: number): number;
  free(pointer: number): void;
  /** 0, or a negative code. */
  argon2_hash(...numbers: number[]): number;
}

const KEY_BYTES = 32;
/** `Argon2_id` and `ARGON2_VERSION_13` of argon2.h. */
const TYPE = 2;
const VERSION = 0x13;

const loaded = new WeakMap<LoadWasm, Promise<Argon2id | undefined>>();

/**
 * Argon2id out of an engine's module; undefined where the engine cannot load it, which is tried
 * again by the next call. There is one instance for each isolate, since its memory of 20 MB never
 * shrinks.
 */
export function loadArgon2(load: LoadWasm): Promise<Argon2id | undefined> {
  const known = loaded.get(load);
  if (known) return known;
  const argon2 = instantiate(load).catch(() => {
    loaded.delete(load);
    return undefined;
  });
  loaded.set(load, argon2);
  return argon2;
}

async function instantiate(load: LoadWasm): Promise<Argon2id> {
  const instance = await WebAssembly.instantiate(await load(), {});
  const wasm = instance.exports as unknown as Exports;
  wasm._initialize();
  return (password, salt, cost) => {
    try {
      return derive(wasm, password, salt, cost);
    } catch (error) {
      // What has trapped may have left its memory in disorder: the next call begins with a new one.
      loaded.delete(load);
      throw error;
    }
  };
}

function derive(
  { memory, malloc, free, argon2_hash }: Exports,
  password: Uint8Array,
  salt: Uint8Array,
  cost: Argon2Cost,
): Uint8Array {
  const bytes = password.length + salt.length + KEY_BYTES;
  const start = malloc(bytes);
  if (start === 0) throw new Error('Argon2id has no memory');
  const saltStart = start + password.length;
  const keyStart = saltStart + salt.length;
  // The buffer is another one once the memory has grown.
  const own = () => new Uint8Array(memory.buffer, start, bytes);
  try {
    own().set(password);
    own().set(salt, password.length);
    const costs = [cost.passes, cost.memory, cost.lanes];
    const input = [start, password.length, saltStart, salt.length];
    const output = [keyStart, KEY_BYTES, 0, 0];
    const code = argon2_hash(...costs, ...input, ...output, TYPE, VERSION);
    if (code !== 0) throw new Error(`Argon2id failed with code ${code}`);
    return own().slice(keyStart - start);
  } finally {
    own().fill(0);
    free(start);
  }
}
