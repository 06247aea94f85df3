import { parseArgs } from 'node:util';
import { isAfter, isVersion } from './versions.ts';

export interface ReleaseOptions {
  version: string;
  /** Checks, builds and packs, and then restores all files. */
  dryRun: boolean;
}

export const USAGE = `npm run release -- X.Y.Z [--dry-run]

Sets the version of all packages, checks, builds, packs, commits and tags. It publishes nothing.

  --dry-run   neither runs the tests nor commits, and restores every file`;

/** A reason why there can be no release. Its message is for the person who runs the script. */
export class ReleaseError extends Error {}

/** Parses the arguments of the script. Throws a ReleaseError if they are wrong. */
export function readRelease(args: string[], current: string): ReleaseOptions {
  const { values, positionals } = parse(args);
  const [version, ...more] = positionals;
  if (version === undefined || more.length > 0) throw new ReleaseError(USAGE);
  if (!isVersion(version)) {
    throw new ReleaseError(`${version} is not a version like 1.2.3 or 1.2.3-beta.1`);
  }
  if (version !== current && !isAfter(version, current)) {
    throw new ReleaseError(`${version} does not come after the present version ${current}`);
  }
  return { version, dryRun: values['dry-run'] ?? false };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { 'dry-run': { type: 'boolean' } } });
  } catch (error) {
    throw new ReleaseError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
