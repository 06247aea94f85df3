import { relative } from 'node:path';
import { type Answers, ask, DEFAULTS, type Dialogue } from './ask.ts';
import { createApp } from './create-app.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { Refusal } from './refusal.ts';
import { findTarget } from './target.ts';
import { VERSION } from './version.ts';

/** The surroundings of the command. */
export interface Terminal {
  cwd: string;
  /** Undefined if nobody can answer questions. */
  dialogue: Dialogue | undefined;
  print(text: string): void;
  printError(text: string): void;
}

/** Exit codes, as shells use them. */
const OK = 0;
const FAILED = 1;
const USAGE = 2;
const CANCELLED = 130;

/** Runs the command and returns its exit code. */
export async function main(args: string[], terminal: Terminal): Promise<number> {
  try {
    return await run(args, terminal);
  } catch (error) {
    // Only errors of the system, such as a full disk, are no fault of this program.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    terminal.printError(`create-tinyhost: ${error.message}`);
    return FAILED;
  }
}

async function run(args: string[], terminal: Terminal): Promise<number> {
  const flags = parseFlags(args);
  if (flags instanceof Refusal) return refuse(terminal, flags);
  if (flags.help || flags.version) {
    terminal.print(flags.help ? HELP : VERSION);
    return OK;
  }
  const answers = terminal.dialogue
    ? await ask(terminal.cwd, flags, terminal.dialogue)
    : withDefaults(terminal.cwd, flags);
  if (answers instanceof Refusal) return refuse(terminal, answers);
  return answers ? create(answers, terminal) : CANCELLED;
}

function withDefaults(cwd: string, flags: Flags): Answers | Refusal {
  const target = findTarget(cwd, flags.directory ?? DEFAULTS.directory);
  if (target instanceof Refusal) return target;
  const { framework = DEFAULTS.framework, platform = DEFAULTS.platform } = flags;
  return { target, framework, platform };
}

function create({ target, framework, platform }: Answers, terminal: Terminal): number {
  createApp({ ...target, framework, platform });
  const folder = relative(terminal.cwd, target.folder);
  const enter = folder ? `  cd ${folder}\n` : '';
  terminal.print(`Created ${target.name}. Now run:\n\n${enter}  npm install\n  npm run dev`);
  return OK;
}

function refuse({ printError }: Terminal, { message }: Refusal): number {
  printError(`create-tinyhost: ${message}\nRun "npm create tinyhost -- --help" for the usage.`);
  return USAGE;
}
