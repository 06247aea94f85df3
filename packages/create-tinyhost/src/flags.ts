import { parseArgs } from 'node:util';
import { choiceOf, FRAMEWORKS, type Framework, PLATFORMS, type Platform } from './choices.ts';
import { Refusal } from './refusal.ts';

export interface Flags {
  directory: string | undefined;
  framework: Framework | undefined;
  platform: Platform | undefined;
  help: boolean;
  version: boolean;
}

const OPTIONS = {
  framework: { type: 'string', short: 'f' },
  platform: { type: 'string', short: 'p' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

export const HELP = `Usage: npm create tinyhost [directory] -- [flags]

Creates an app with accounts and a task list that all devices of a user share.

  -f, --framework  ${Object.keys(FRAMEWORKS).join(' | ')}
  -p, --platform   ${Object.keys(PLATFORMS).join(' | ')}
  -h, --help       shows this text
  -v, --version    shows the version

Asks for what is missing. Without a terminal it uses tinyhost-app, react and partykit.`;

/** Reads the arguments of the command. */
export function parseFlags(args: string[]): Flags | Refusal {
  const parsed = parse(args);
  if (parsed instanceof Refusal) return parsed;
  const { values, positionals } = parsed;
  if (positionals.length > 1) {
    return new Refusal(
      `expected one directory, not ${positionals.length}: ${positionals.join(' ')}`,
    );
  }
  const framework = choiceOf('--framework', FRAMEWORKS, values.framework);
  if (framework instanceof Refusal) return framework;
  const platform = choiceOf('--platform', PLATFORMS, values.platform);
  if (platform instanceof Refusal) return platform;
  const { help, version } = values;
  return { directory: positionals[0], framework, platform, help, version };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The sentences that follow are about positional arguments that begin with a dash.
    const [problem = ''] = error.message.split(/\.\s/);
    return new Refusal(problem);
  }
}
