import * as v from 'valibot';
import { isAddress } from '../email-address.ts';

/** The JSON bodies of the account routes: for validation and for the OpenAPI document. */

const Email = v.pipe(
  v.string('must be a string'),
  v.description('An e-mail address.'),
  v.trim(),
  v.check(isAddress, 'is not an e-mail address'),
);

const Password = v.pipe(
  v.string('must be a string'),
  v.minLength(1, 'is empty'),
  v.maxLength(1_024, 'is too long'),
);

/** A token from a mail. The auth room that issued it decides whether it is valid. */
const Token = v.pipe(
  v.string('must be a string'),
  v.maxLength(64, 'is too long'),
  v.description('The token from a mail.'),
);

export const CredentialsInput = v.object({ email: Email, password: Password });
export const EmailInput = v.object({ email: Email });
export const VerificationInput = v.object({ token: Token, password: v.optional(Password) });
export const ResetInput = v.object({
  token: Token,
  new_password: Password,
  empty_store: v.optional(
    v.pipe(
      v.boolean('must be a boolean'),
      v.description('Whether an account whose address was never verified gets an empty store.'),
    ),
  ),
});
export const RevocationInput = v.object({ password: v.optional(Password) });
export const DeletionInput = v.object({ password: Password });
export const PasswordChangeInput = v.object({
  current_password: Password,
  new_password: Password,
  end_other_sessions: v.optional(v.boolean('must be a boolean'), true),
});
