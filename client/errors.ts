import { fits, isErrorBody } from '../src/protocol/answer-shapes.ts';
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
  /** Seconds to wait before trying again, at most a day. */
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

/** The longest pause that an answer may ask for, in seconds. */
const LONGEST_PAUSE = 86_400;

/** What is wrong with an answer that should have this shape; undefined if nothing is. */
export function failureOf(
  status: number,
  body: unknown,
  example: unknown,
  retryAfter?: string | null,
): TinyHostError | undefined {
  if (status === 0) return unreachable();
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && fits(body, example)) return undefined;
  const details = { status, retryAfter: secondsOf(retryAfter) };
  if (isSuccess || !isErrorBody(body)) {
    const message = `the answer (status ${status}) is not what TinyHost sends, or was cut off`;
    return new TinyHostError('invalid_answer', message, details);
  }
  const field = typeof body.field === 'string' ? body.field : undefined;
  return new TinyHostError(body.error, body.message, { ...details, field });
}

export const unreachable = (cause?: unknown): TinyHostError =>
  new TinyHostError('network', 'the server could not be reached', { cause });

/** The seconds of a `Retry-After` header, which proxies write as a date (RFC 9110, 10.2.3). */
export function secondsOf(retryAfter: string | null | undefined): number | undefined {
  const text = retryAfter?.trim() ?? '';
  let seconds = Number.NaN;
  if (/^\d+$/.test(text)) seconds = Number(text);
  else if (text.endsWith('GMT')) seconds = Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST_PAUSE);
}

/** Whether the server does not know the session that a call was made with. */
export const isUnauthorized = (error: unknown): boolean =>
  error instanceof TinyHostError && error.code === 'unauthorized' && error.status === 401;
