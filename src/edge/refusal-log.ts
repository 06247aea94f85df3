import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { logName } from '../log.ts';
import type { LogText } from '../platform.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { EdgeContext, EdgeEnv } from './host.ts';
import { LineBudget } from './line-budget.ts';
import { codeOf } from './respond.ts';
import { readToken } from './token.ts';

/** Has a budget for each error code, so that a flood of one hides no other. */
const budgets = new Map<ErrorCode, LineBudget>();

/**
 * Logs each refusal by its code and by who asked, in pseudonyms; what is asked for stays out, since
 * a path may hold a token. Surprises have a line of their own.
 */
export const tellRefusals: MiddlewareHandler<EdgeEnv> = async (context, next) => {
  await next();
  const code = codeOf(context.res);
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
