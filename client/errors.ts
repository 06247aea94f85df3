import type { CloseName } from '../src/protocol/close.ts';
import type { ErrorCode } from '../src/protocol/errors.ts';
import type { Notices } from '../src/protocol/notice.ts';

/**
 * What went wrong: a code the server answered with, the name of the code it closed the socket
 * with, a notice it gave, or one of the client's own:
 *
 * - `network`: no answer came.
 * - `timeout`: no answer came in time.
 * - `invalid_answer`: an answer came, but TinyHost did not send it, or it was cut off.
 * - `invalid_options`: the client cannot work with the options it was given.
 * - `unsupported`: this runtime lacks something that the call needs, such as `WebSocket`.
 * - `storage`: this device's storage failed. Nothing on the server depends on it.
 * - `signed_out`: nobody is signed in.
 * - `closed`: the app closed the connection.
 */
export type FailureCode =
  | ErrorCode
  | CloseName
  | keyof Notices
  | 'network'
  | 'timeout'
  | 'invalid_answer'
  | 'invalid_options'
  | 'unsupported'
  | 'storage'
  | 'signed_out'
  | 'closed';

export interface FailureDetails extends ErrorOptions {
  /** HTTP status of the answer; 0 where there was none. */
  status?: number;
  /** The input field that was refused. */
  field?: string | undefined;
  /** Seconds to wait before trying again. */
  retryAfter?: number | undefined;
}

/** The one error that the client throws, aborted calls aside, which throw the signal's reason. */
export class TinyHostError extends Error {
  override readonly name = 'TinyHostError';
  readonly code: FailureCode;
  readonly status: number;
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details);
    this.code = code;
    this.status = details.status ?? 0;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
  }
}

/** The error that a refusal's body and status stand for. */
export function errorOf(status: number, body: unknown, retryAfter?: string | null): TinyHostError {
  const { error, message, field } = (body ?? {}) as Record<string, unknown>;
  if (typeof error !== 'string') {
    return new TinyHostError('network', `the answer (status ${status}) is not from TinyHost`, {
      status,
    });
  }
  return new TinyHostError(error as ErrorCode, `${message}`, {
    status,
    field: typeof field === 'string' ? field : undefined,
    retryAfter: retryAfter ? Number(retryAfter) : undefined,
  });
}

/** Whether the server does not know the session that a call was made with. */
export const isUnauthorized = (error: unknown): boolean =>
  error instanceof TinyHostError && error.code === 'unauthorized';
