import { isTimeout } from '../../deadline.ts';
import type { ErrorCode } from '../../protocol/errors.ts';

export type JobFailureCode =
  | 'no-mail'
  | 'no-room'
  | 'timeout'
  | 'unknown-kind'
  | 'unreachable'
  | `refused-${ErrorCode}`
  | `status-${number}`;

/** The failure of a job, with a code that may be logged. */
export class JobFailure extends Error {
  readonly code: JobFailureCode;

  constructor(code: JobFailureCode) {
    super(code);
    this.code = code;
  }
}

/** The code of an error that a job threw. Its message is not logged, as it may quote the job. */
export function jobFailureCode(error: unknown): JobFailureCode {
  if (error instanceof JobFailure) return error.code;
  return isTimeout(error) ? 'timeout' : 'unreachable';
}
