/** Reads and writes a changelog in the form of Keep a Changelog 1.1.0. */

const UNRELEASED = /^## \[Unreleased\]\n(?<notes>.*?)(?=^## \[|(?![\s\S]))/ms;

const ENTRY = /^- \S/m;

/** The notes of the next release; undefined if there is no section for them, or no entry in it. */
export function unreleasedNotes(changelog: string): string | undefined {
  const notes = UNRELEASED.exec(changelog)?.groups?.notes?.trim();
  return notes && ENTRY.test(notes) ? notes : undefined;
}

/** Puts the notes of the next release under its version. `date` is in the form 2026-01-31. */
export const releaseNotes = (changelog: string, version: string, date: string): string =>
  changelog
    .replace(' Nothing has been released yet.', '')
    .replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${date}\n`);
