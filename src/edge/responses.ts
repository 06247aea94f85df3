import type { ErrorHandler, Handler, MiddlewareHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { describeError, logName, logWords } from '../log.ts';
import type { EdgeHost } from '../platform.ts';
import {
  ERROR_STATUS,
  type ErrorCode,
  type Failure,
  fail,
  type Result,
} from '../protocol/errors.ts';
import type { EdgeContext, EdgeEnv } from './environment.ts';

/** The error codes of responses that `refusal` made, for the log. */
const errorCodes = new WeakMap<Response, ErrorCode>();

/** The error code of a refusal; undefined for any other response. */
export const errorCodeOf = (response: Response): ErrorCode | undefined => errorCodes.get(response);

/** Turns a failure into its response. Every error response is made here. */
export function refusal(failure: Failure, headers: Record<string, string> = {}): Response {
  const { error, message, field, line, retryAfter } = failure;
  const response = Response.json(
    { error, message, field, line },
    {
      status: ERROR_STATUS[error],
      headers: retryAfter === undefined ? headers : { ...headers, 'Retry-After': `${retryAfter}` },
    },
  );
  errorCodes.set(response, error);
  return response;
}

/** Makes a Hono handler that responds with a result: its value as JSON, or its refusal. */
export const respond =
  (run: (context: EdgeContext) => Promise<Result<unknown>>): Handler<EdgeEnv> =>
  async (context) => {
    const result = await run(context);
    if (!result.ok) return refusal(result);
    return result.value instanceof Response
      ? withMutableHeaders(result.value)
      : Response.json(result.value);
  };

/** Copies a room's response to make its headers mutable. A copy of a 101 would lose its socket. */
const withMutableHeaders = (response: Response): Response =>
  response.status === 101 ? response : new Response(response.body, response);

export const onNotFound: NotFoundHandler<EdgeEnv> = (context) =>
  refusal(fail('not_found', `there is no route ${context.req.path.slice(0, 200)}`));

export const onMethodNotAllowed = (context: EdgeContext, methods: string[]): Response => {
  const allow = methods.join(', ');
  const message = `${context.req.method} is not allowed here, only ${allow}`;
  return refusal(fail('method_not_allowed', message), { Allow: allow });
};

export const onError: ErrorHandler<EdgeEnv> = (error, context) => {
  if (error instanceof HTTPException && error.status < 500) {
    return refusal(fail('bad_request', error.message || 'the request could not be read'));
  }
  const route = logName(routePath(context));
  const method = logName(context.req.method);
  context.env.log('error', { method, route, ...describeError(error) });
  return refusal(fail('internal', 'an internal error occurred; try again'));
};

/** The faults that this isolate has already logged. */
let loggedFaults: EdgeHost['faults'] = [];

/** Refuses every request while a setting is invalid. Each isolate logs the faults once. */
export const requireValidSettings: MiddlewareHandler<EdgeEnv> = async ({ env }, next) => {
  const { log, faults } = env;
  if (faults.length === 0) return next();
  if (loggedFaults !== faults) {
    for (const { variable, reason } of faults) {
      log('wrong-setting', { variable: logName(variable), reason: logWords(reason) });
    }
  }
  loggedFaults = faults;
  return refusal(fail('internal', 'this service is misconfigured; its log has the details'));
};
