import { Refusal } from './refusal.ts';

/** What the front end is made of, with the names that people know. */
export const FRAMEWORKS = {
  react: 'React',
  vue: 'Vue',
  svelte: 'Svelte',
  solid: 'Solid',
  vanilla: 'plain TypeScript',
} as const;

/** Where TinyHost runs. */
export const PLATFORMS = {
  partykit: 'PartyKit',
  workers: 'Cloudflare Workers',
} as const;

export type Framework = keyof typeof FRAMEWORKS;
export type Platform = keyof typeof PLATFORMS;

/** Returns `value` if it is one of `choices`. `undefined` means that the user has not chosen yet. */
export function choiceOf<Choice extends string>(
  flag: string,
  choices: Record<Choice, string>,
  value: string | undefined,
): Choice | undefined | Refusal {
  if (value === undefined || Object.hasOwn(choices, value)) return value as Choice | undefined;
  return new Refusal(`${flag} has to be one of ${Object.keys(choices).join(', ')}, not "${value}"`);
}
