import * as v from 'valibot';
import { isPrivateUrl } from '../config/private-url.ts';
import { isAddress } from '../email-address.ts';
import { HOOK_EVENTS } from '../protocol/http-api/hooks.ts';
import { isNamespace } from '../protocol/http-api/namespaces.ts';
import { SCOPES } from '../protocol/http-api/operator-keys.ts';
import { ROLES } from '../protocol/membership.ts';

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

/** One line of text. */
const line = (maxLength: number) =>
  v.pipe(
    v.string('must be a string'),
    v.trim(),
    v.maxLength(maxLength, `is longer than ${maxLength} characters`),
    v.check(isOneLine, 'has line breaks, control characters or invalid Unicode'),
  );

/** The name of a shared store. */
export const StoreName = v.pipe(line(100), v.minLength(1, 'is empty'));

/** Names stand in subjects of mails. Rooms would store half a surrogate pair as another character. */
function isOneLine(text: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}

export const RoleInput = v.picklist(ROLES, `must be one of ${ROLES.join(', ')}`);

const WEEK_SECONDS = 604_800;
const MAX_INVITATION_SECONDS = 7_776_000;

const wholeNumber = (least: number, most: number, description: string) => {
  const range = `must be a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(range),
    v.integer(range),
    v.minValue(least, range),
    v.maxValue(most, range),
    v.description(description),
  );
};

export const NewStoreInput = v.object({ name: StoreName });
export const RenamingInput = v.object({ name: StoreName });
export const RoleChangeInput = v.object({ role: RoleInput });
export const InvitationInput = v.object({
  role: RoleInput,
  email: v.optional(Email),
  expires_in: v.optional(
    wholeNumber(60, MAX_INVITATION_SECONDS, 'Seconds until it expires.'),
    WEEK_SECONDS,
  ),
  uses: v.optional(wholeNumber(1, 100, 'How many accounts may join by it.'), 1),
});
export const AcceptanceInput = v.object({
  token: v.pipe(
    v.string('must be a string'),
    v.maxLength(64, 'is too long'),
    v.description('The token of an invitation.'),
  ),
});

export const RebuildInput = v.object({
  cursor: v.optional(
    v.nullable(v.pipe(v.string('must be a string'), v.description('That of the step before.'))),
  ),
});

const KeyNamespace = v.pipe(
  v.string('must be a string'),
  v.check(isNamespace, 'is not a namespace'),
  v.description('The only namespace that the key is for.'),
);

const FutureTime = v.pipe(
  v.string('must be a string'),
  v.isoTimestamp('must be a time with its zone, as ISO 8601'),
  v.check((time) => Date.parse(time) > Date.now(), 'must be in the future'),
  v.description('When it expires; null for never.'),
);

export const NewKeyInput = v.object({
  namespace: v.optional(v.nullable(KeyNamespace), null),
  scopes: v.pipe(
    v.array(v.picklist(SCOPES, `must be one of ${SCOPES.join(', ')}`), 'must be a list'),
    v.minLength(1, 'is empty'),
    v.maxLength(SCOPES.length, 'names a scope twice'),
  ),
  expires_at: v.optional(v.nullable(FutureTime), null),
  note: v.optional(v.pipe(line(200), v.description('What the key is for.')), ''),
});

/** Servers and proxies commonly accept this many characters. */
const MAX_URL_LENGTH = 2_048;

export const NewHookInput = v.object({
  url: v.pipe(
    v.string('must be a string'),
    v.trim(),
    v.maxLength(MAX_URL_LENGTH, `is longer than ${MAX_URL_LENGTH} characters`),
    v.check(isPrivateUrl, 'must be an https URL (http on loopback only) without a user name'),
    v.description('Where events are posted: https, or http on loopback.'),
  ),
  events: v.pipe(
    v.array(v.picklist(HOOK_EVENTS, `must be one of ${HOOK_EVENTS.join(', ')}`), 'must be a list'),
    v.minLength(1, 'is empty'),
    v.maxLength(HOOK_EVENTS.length, 'names an event twice'),
  ),
});
export const HookChangeInput = v.object({
  is_paused: v.pipe(
    v.boolean('must be a boolean'),
    v.description('Whether the hook is told of nothing.'),
  ),
});
