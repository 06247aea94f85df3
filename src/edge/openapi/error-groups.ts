import type { ErrorCode } from '../../protocol/errors.ts';

/** Error codes that several operations share, by what they check. */

/** Every request. */
export const COMMON: readonly ErrorCode[] = ['forbidden_origin', 'internal'];

/** A path with a namespace. */
export const NAMESPACE: readonly ErrorCode[] = ['invalid_field', 'not_found'];

/** The headers of a body, even if the operation ignores the body. */
export const BODY_HEADERS: readonly ErrorCode[] = ['payload_too_large', 'unsupported_media_type'];

/** Every operation below /admin. Without OPERATOR_KEY, all of them answer `not_found`. */
export const ADMIN: readonly ErrorCode[] = [
  ...COMMON,
  ...BODY_HEADERS,
  ...(['not_found', 'unauthorized', 'forbidden', 'too_many_requests'] as const),
];

/** A body that is read. */
export const BODY: readonly ErrorCode[] = [
  ...BODY_HEADERS,
  ...(['invalid_json', 'bad_request', 'request_timeout'] as const),
];

/** A session token. */
export const SESSION: readonly ErrorCode[] = ['unauthorized', 'ambiguous_token'];

/** A session that may sync. */
export const SYNC: readonly ErrorCode[] = [...SESSION, 'email_unverified'];

/** The password of the account. */
export const PASSWORD: readonly ErrorCode[] = ['invalid_credentials', 'too_many_requests'];

/** A change of the store. */
export const CHANGE: readonly ErrorCode[] = [...BODY, 'overloaded', 'store_full'];
