import type { CloseName } from '../src/protocol/close-codes.ts';
import type { ErrorCode } from '../src/protocol/errors.ts';
import type { Notices } from '../src/protocol/notice.ts';

/**
 * Says what went wrong. A code is an error code of an HTTP response, the name of a WebSocket close
 * code, the name of a notice from the server, or one of the client's own codes:
 *
 * - `network`: the server could not be reached.
 * - `timeout`: the server did not answer in time.
 * - `invalid_answer`: something other than TinyHost answered, or the answer was cut off.
 * - `invalid_options`: the client cannot work with the given options.
 * - `unsupported`: the runtime lacks something that the call needs, such as `WebSocket`.
 * - `storage`: this device's storage failed. Data on the server is not affected.
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
  /** HTTP status of the response; 0 without a response. */
  status?: number;
  /** The request field that the server rejected. */
  field?: string | undefined;
  /** Seconds to wait before another attempt, at most 86,400. */
  retryAfter?: number | undefined;
}

/** The only error that the client throws, except that an aborted call throws the abort reason. */
export class TinyHostError extends Error {
  override readonly name = 'TinyHostError';
  readonly code: FailureCode;
  /** HTTP status of the response; 0 without a response. */
  readonly status: number;
  /** The request field that the server rejected. */
  readonly field: string | undefined;
  /** Seconds to wait before another attempt, at most 86,400. */
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details);
    this.code = code;
    this.status = details.status ?? 0;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
  }
}

/** Whether the server rejected a call because it does not know the session. */
export const isUnauthorized = (error: unknown): boolean =>
  error instanceof TinyHostError && error.code === 'unauthorized' && error.status === 401;

/** Whether the server knows nothing at the path of a call. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof TinyHostError && error.code === 'not_found';
