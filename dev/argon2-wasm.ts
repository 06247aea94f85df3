import { readFile } from 'node:fs/promises';
import type { LoadWasm } from '../src/platform.ts';

const FILE = 'node_modules/@phi-ag/argon2/dist/argon2.wasm';

let compiled: Promise<WebAssembly.Module> | undefined;

/** Loads the same WebAssembly module that the engines' bundlers deploy. */
export const argon2: LoadWasm = () => {
  compiled ??= readFile(FILE).then((bytes) => WebAssembly.compile(bytes));
  return compiled;
};
