import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line is invalid. The message names the fault; the bench prints it and exits. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Options = NonNullable<ParseArgsConfig['options']>;

/** Parses a suite's options. Throws a `UsageError` for an unknown option or a missing value. */
export function readOptions<const Known extends Options>(args: string[], options: Known) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Parses a number above 0. */
export function readNumber(option: string, text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new UsageError(`--${option} must be a number above 0, not ${JSON.stringify(text)}`);
}

/** Parses a whole number above 0. */
export function readCount(option: string, text: string): number {
  const count = readNumber(option, text);
  if (Number.isInteger(count)) return count;
  throw new UsageError(`--${option} must be a whole number, not ${text}`);
}

/** Parses a comma-separated list of names. An absent option selects all of them. */
export function readNames<Name extends string>(
  option: string,
  text: string | undefined,
  known: readonly Name[],
): Name[] {
  if (text === undefined) return [...known];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name as Name));
  if (unknown === undefined) return names as Name[];
  throw new UsageError(
    `--${option}: unknown name ${JSON.stringify(unknown)}; choose from ${known.join(', ')}`,
  );
}
