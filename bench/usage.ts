import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line is wrong; the message says how. Nothing was measured. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads a part's options. Throws a `UsageError` for one that the part does not have. */
export function readOptions<const Known extends Options>(args: string[], options: Known) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Reads a number above 0. */
export function readNumber(option: string, text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new UsageError(`--${option} takes a number above 0, not ${JSON.stringify(text)}`);
}

/** Reads a whole number above 0. */
export function readCount(option: string, text: string): number {
  const count = readNumber(option, text);
  if (Number.isInteger(count)) return count;
  throw new UsageError(`--${option} takes a whole number, not ${text}`);
}

/** Reads names that are separated by commas; all of them where none is given. */
export function readNames<Name extends string>(
  option: string,
  text: string | undefined,
  known: readonly Name[],
): Name[] {
  if (text === undefined) return [...known];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name as Name));
  if (unknown === undefined) return names as Name[];
  throw new UsageError(`--${option} knows ${known.join(', ')}, and not ${JSON.stringify(unknown)}`);
}
