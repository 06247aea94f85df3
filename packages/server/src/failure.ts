/** The exit codes of the command, for scripts. */
export const EXIT = {
  ok: 0,
  /** Something differs, or could not be backed up or imported. */
  differs: 1,
  /** The arguments or the environment are wrong. */
  usage: 2,
  /** The server cannot be reached, or refuses. */
  server: 3,
  /** A file cannot be read or written, or is damaged. */
  file: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An expected failure, with what the user reads. */
export class Failure extends Error {
  readonly exitCode: ExitCode;

  constructor(kind: Exclude<keyof typeof EXIT, 'ok'>, message: string) {
    super(message);
    this.exitCode = EXIT[kind];
  }
}
