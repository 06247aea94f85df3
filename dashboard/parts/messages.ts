import { type ErrorMessages, errorMessage } from '../../demo/ui/error-messages.ts';

/** Replacements for the messages of the page that are about users. */
const MESSAGES: ErrorMessages = {
  unauthorized: 'This key is not valid, or no longer.',
};

/** Returns the message of an error for the operator. */
export const problemText = (error: unknown): string => errorMessage(error, MESSAGES);

export { MESSAGES as KEY_MESSAGES };
