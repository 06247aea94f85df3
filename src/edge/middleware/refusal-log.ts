import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { logName } from '../../log.ts';
import type { LogText } from '../../platform.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { EdgeContext, EdgeEnv } from '../environment.ts';
import { errorCodeOf } from '../responses.ts';
import { readToken } from '../token.ts';
import { LineBudget } from './line-budget.ts';

/** A budget for each error code, so that a flood of one code does not hide the others. */
const budgets = new Map<ErrorCode, LineBudget>();

/**
 * Logs the error code and the pseudonymous client of each refusal. Paths are not logged, because
 * they may contain tokens. Internal errors are logged where they are caught.
 */
export const logRefusals: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  const code = errorCodeOf(context.res);
  if (code === undefined || code === 'internal') return;
  const { log } = context.env;
  const outcome = logName(code);
  const granted = budgetOf(code).take(Date.now());
  if (!granted) return;
  if (granted.leftOut > 0) log('refused-unsaid', { outcome, count: granted.leftOut });
  log('refused', { outcome, ...(await describe(context)) });
};

function budgetOf(code: ErrorCode): LineBudget {
  const budget = budgets.get(code) ?? new LineBudget();
  budgets.set(code, budget);
  return budget;
}

async function describe(context: EdgeContext): Promise<Record<string, LogText | undefined>> {
  const pseudonyms = await context.env.pseudonyms(context.env);
  const token = readToken(context.req.raw, { query: true });
  const address = context.req.header('cf-connecting-ip');
  return {
    method: logName(context.req.method),
    route: logName(routePath(context)),
    session: token.ok ? pseudonyms.session(token.value.uuid) : undefined,
    network: address ? pseudonyms.network(address) : undefined,
  };
}
