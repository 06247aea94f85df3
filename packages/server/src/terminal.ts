import type { Writable } from 'node:stream';
import type { Env } from './flags.ts';

/** The surroundings of the command. */
export interface Terminal {
  env: Env;
  /** Where progress is shown; undefined if nobody watches. */
  output: Writable | undefined;
  print(text: string): void;
  printError(text: string): void;
  /** Milliseconds before further attempts of a request, in place of the usual ones. */
  pauses?: readonly number[];
}
