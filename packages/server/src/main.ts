import { readFileSync } from 'node:fs';
import { backUp } from './backup.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { type Command, type Flags, HELP, parseFlags } from './flags.ts';
import { importBackup } from './import.ts';
import type { Terminal } from './terminal.ts';
import { verify } from './verify.ts';

const RUN: Record<Command, (flags: Flags, terminal: Terminal) => Promise<ExitCode>> = {
  backup: backUp,
  import: importBackup,
  verify,
};

/** Runs the command and returns its exit code. */
export async function main(args: string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const flags = parseFlags(args, terminal.env);
    if (typeof flags !== 'string') return await RUN[flags.command](flags, terminal);
    terminal.print(flags === 'help' ? HELP : readVersion());
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Failure) return fail(terminal, error);
    // Only errors of the system, such as a full disk, are no fault of this program.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return fail(terminal, new Failure('file', error.message));
  }
}

function fail({ printError }: Terminal, { message, exitCode }: Failure): ExitCode {
  printError(`tinyhost: ${message}`);
  if (exitCode === EXIT.usage) printError('Run "npx tinyhost --help" for the usage.');
  return exitCode;
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
