import type { LoadWasm } from './platform.ts';

/** The cost of a hash: memory in KiB, number of passes, and lanes (RFC 9106). */
export interface Argon2Cost {
  memory: number;
  passes: number;
  lanes: number;
}

/** Derives a key of 32 bytes. Blocks the thread meanwhile. Throws if memory runs out. */
export type Argon2id = (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Uint8Array;

/**
 * The exports of the module in @phi-ag/argon2: the reference implementation in C with SIMD. The
 * package's own JavaScript truncates passwords that are not ASCII, so it is not used.
 */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  /** Returns 0 if no memory is left. */
  malloc(bytes: number): number;
  free(pointer: number): void;
  /** Returns 0, or a negative error code. */
  argon2_hash(...numbers: number[]): number;
}

const KEY_BYTES = 32;
/** `Argon2_id` and `ARGON2_VERSION_13` of argon2.h. */
const TYPE = 2;
const VERSION = 0x13;

const loaded = new WeakMap<LoadWasm, Promise<Argon2id | undefined>>();

/**
 * Argon2id from the engine's module; undefined if the engine cannot load it. The next call tries
 * again. An isolate has only one instance, because its memory of 20 MB never shrinks.
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
      // After a trap the memory may be corrupt, so the next call creates a new instance.
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
  // The buffer changes when the memory grows.
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
