import type { ErrorCode } from '../protocol/errors.ts';

export type WorkFailureCode =
  | 'no-mail'
  | 'no-room'
  | 'timeout'
  | 'unknown-kind'
  | 'unreachable'
  | `refused-${ErrorCode}`
  | `status-${number}`;

/** Why a piece of work could not be done, by a code that a log may hold. */
export class WorkFailure extends Error {
  readonly code: WorkFailureCode;

  constructor(code: WorkFailureCode) {
    super(code);
    this.code = code;
  }
}

/** The code of whatever a piece of work threw. The text of an error may quote what it was about. */
export function workFailureCode(error: unknown): WorkFailureCode {
  if (error instanceof WorkFailure) return error.code;
  const isLate = error instanceof DOMException && error.name === 'TimeoutError';
  return isLate ? 'timeout' : 'unreachable';
}
