import { fits, isErrorBody } from '../../src/protocol/http-api/response-examples.ts';
import { TinyHostError } from '../errors.ts';

/** The longest delay accepted from a response, in seconds. */
const LONGEST_RETRY_AFTER = 86_400;

/**
 * Returns the error that a response stands for, or undefined if the response succeeded and has the
 * shape of `example`. Status 0 means that no response arrived.
 */
export function responseError(
  status: number,
  body: unknown,
  example: unknown,
  retryAfter?: string | null,
): TinyHostError | undefined {
  if (status === 0) return networkError();
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && fits(body, example)) return undefined;
  const details = { status, retryAfter: parseRetryAfter(retryAfter) };
  if (isSuccess || !isErrorBody(body)) {
    const message = `the answer (status ${status}) is not from TinyHost, or it was cut off`;
    return new TinyHostError('invalid_answer', message, details);
  }
  const field = typeof body.field === 'string' ? body.field : undefined;
  return new TinyHostError(body.error, body.message, { ...details, field });
}

export const networkError = (cause?: unknown): TinyHostError =>
  new TinyHostError('network', 'the server could not be reached', { cause });

/**
 * Parses a `Retry-After` header (RFC 9110, section 10.2.3), which proxies may send as a date.
 * Returns seconds from 0 to 86,400, or undefined for an invalid or missing header.
 */
export function parseRetryAfter(header: string | null | undefined): number | undefined {
  const text = header?.trim() ?? '';
  let seconds = Number.NaN;
  if (/^\d+$/.test(text)) seconds = Number(text);
  else if (text.endsWith('GMT')) seconds = Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST_RETRY_AFTER);
}
