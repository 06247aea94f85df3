/** Every error code of TinyHost, with its HTTP status. */
export const ERROR_STATUS = {
  bad_request: 400,
  invalid_json: 400,
  invalid_field: 400,
  invalid_backup: 400,
  ambiguous_token: 400,
  invalid_token: 400,
  invalid_credentials: 401,
  unauthorized: 401,
  forbidden: 403,
  forbidden_origin: 403,
  account_disabled: 403,
  sign_up_closed: 403,
  namespace_unknown: 403,
  proof_needed: 403,
  email_unverified: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  email_taken: 409,
  newer_format: 409,
  other_namespace: 409,
  limit_reached: 409,
  history_gone: 410,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  upgrade_required: 426,
  too_many_requests: 429,
  internal: 500,
  overloaded: 503,
  store_full: 507,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** The body of every error response: `error` is for programs, `message` for people. */
export interface ErrorBody {
  error: ErrorCode;
  message: string;
  /** The input field that was refused, if there is one. */
  field?: string;
  /** The line of the body that was refused, counted from 1, if the body has lines. */
  line?: number;
}

/** An expected failure, as a value. `retryAfter` is in seconds. */
export interface Failure extends ErrorBody {
  ok: false;
  retryAfter?: number;
}

export interface Success<Value> {
  ok: true;
  value: Value;
}

export type Result<Value> = Success<Value> | Failure;

export const succeed = <Value>(value: Value): Success<Value> => ({ ok: true, value });

export const fail = (
  error: ErrorCode,
  message: string,
  details: Pick<Failure, 'field' | 'line' | 'retryAfter'> = {},
): Failure => ({ ok: false, error, message, ...details });

/** The refusal of an account whose address is not verified although that is required. */
export const EMAIL_UNVERIFIED = fail(
  'email_unverified',
  'the address of this account has to be verified first',
);

/** The answer to everybody who is no member of a shared store, whether it exists or not. */
export const NO_SUCH_STORE = fail('not_found', 'there is no such store');
