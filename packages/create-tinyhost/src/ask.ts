import type { Readable, Writable } from 'node:stream';
import { isCancel, select, text } from '@clack/prompts';
import { FRAMEWORKS, type Framework, PLATFORMS, type Platform } from './choices.ts';
import type { Flags } from './flags.ts';
import { Refusal } from './refusal.ts';
import { findTarget, type Target } from './target.ts';

export interface Answers {
  target: Target;
  framework: Framework;
  platform: Platform;
}

export const DEFAULTS = {
  directory: 'tinyhost-app',
  framework: 'react',
  platform: 'partykit',
} as const;

/** Where the user reads questions and answers them. */
export interface Dialogue {
  input: Readable;
  output: Writable;
}

/** Asks the user for what the flags leave open. `undefined` means that the user has cancelled. */
export async function ask(
  cwd: string,
  flags: Flags,
  dialogue: Dialogue,
): Promise<Answers | Refusal | undefined> {
  const directory = flags.directory ?? (await askDirectory(cwd, dialogue));
  if (directory === undefined) return;
  const target = findTarget(cwd, directory);
  if (target instanceof Refusal) return target;
  const { framework = await choose('Which framework?', FRAMEWORKS, dialogue) } = flags;
  if (!framework) return;
  const { platform = await choose('Which platform?', PLATFORMS, dialogue) } = flags;
  return platform && { target, framework, platform };
}

async function askDirectory(cwd: string, dialogue: Dialogue): Promise<string | undefined> {
  const answer = await text({
    ...dialogue,
    message: 'Where?',
    placeholder: DEFAULTS.directory,
    defaultValue: DEFAULTS.directory,
    validate: (value) => {
      const target = findTarget(cwd, value || DEFAULTS.directory);
      return target instanceof Refusal ? target.message : undefined;
    },
  });
  return isCancel(answer) ? undefined : answer;
}

async function choose<Choice extends string>(
  message: string,
  choices: Record<Choice, string>,
  dialogue: Dialogue,
): Promise<Choice | undefined> {
  const names = Object.entries<string>(choices);
  const options = names.map(([value, label]) => ({ value, label }));
  const answer = await select({ ...dialogue, message, options });
  return isCancel(answer) ? undefined : (answer as Choice);
}
