import type { FailureCode, TinyHostError } from '../../client/index.ts';

/** Messages for users, by error code. */
export type ErrorMessages = Partial<Record<FailureCode, string>>;

/** Replacements for messages of the server that are written for programs. */
const MESSAGES: ErrorMessages = {
  network: 'The server cannot be reached. Check your connection and try again.',
  timeout: 'The server took too long to answer. Please try again.',
  invalid_answer: 'Something other than the server has answered. Does this network want a sign-in?',
  internal: 'Something went wrong on the server. Please try again later.',
  unauthorized: 'This session has ended. Please sign in again.',
  invalid_credentials: 'The address or the password is wrong.',
  account_disabled: 'This account has been disabled by those who run this service.',
  email_taken: 'This address has an account already. Sign in instead.',
  email_unverified: 'Please verify your address first.',
  sign_up_closed: 'No new accounts can be made here.',
  invalid_token: 'This token is wrong, or no longer valid. Ask for a new mail.',
  payload_too_large: 'This is too much for the server.',
  overloaded: 'The server has too much to do right now. Please try again in a moment.',
};

/** Messages of the forms that request a mail. */
export const NO_MAIL: ErrorMessages = { not_found: 'This server sends no mail.' };

/** Returns the message of an error for users. `special` messages override the general ones. */
export function errorMessage(error: unknown, special: ErrorMessages = {}): string {
  const { code, message, retryAfter } = error as Partial<TinyHostError> & Error;
  if (code === 'too_many_requests')
    return `Too many attempts. Try again ${formatDelay(retryAfter)}.`;
  const text = code && (special[code] ?? MESSAGES[code]);
  return text ?? `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

function formatDelay(seconds: number | undefined): string {
  if (!seconds || !Number.isFinite(seconds)) return 'later';
  const [count, unit] = seconds < 60 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `in ${Math.ceil(count)} ${unit}${count > 1 ? 's' : ''}`;
}
