import { readFile } from 'node:fs/promises';
import type { LoadWasm } from '../src/platform.ts';

const FILE = 'node_modules/@phi-ag/argon2/dist/argon2.wasm';

let compiled: Promise<WebAssembly.Module> | undefined;

/** The module that the bundlers of both engines deploy with the code. */
export const argon2: LoadWasm = () => {
  compiled ??= readFile(FILE).then((bytes) => WebAssembly.compile(bytes));
  return compiled;
};
