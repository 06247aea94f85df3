import type { Handler } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { operatorDoor } from '../middleware/operator-door.ts';
import { dashboardHeaders } from '../middleware/security-headers.ts';
import { onNotFound } from '../responses.ts';

/**
 * PartyKit cannot set our headers on the files that it serves. So the HTML of a page is stored as
 * plain text, and the routes here send it as HTML with the headers.
 */
const html = ({ body }: Response): Response =>
  new Response(body, {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' },
  });

/** Serves the page at `/`. */
export const page: Handler<EdgeEnv> = async (context) => {
  const file = await context.env.page();
  return file?.ok ? html(file) : onNotFound(context);
};

/**
 * Serves the operator's dashboard at `/admin`. Without OPERATOR_KEY or a dashboard, the path is like
 * all others below it.
 */
export const dashboard: Handler<EdgeEnv> = async (context) => {
  const isOpen = context.env.config.OPERATOR_KEY !== undefined;
  const file = isOpen ? await context.env.dashboard() : undefined;
  if (!file?.ok) return (await operatorDoor(context, nothing)) ?? onNotFound(context);
  await dashboardHeaders(context, async () => {
    context.res = html(file);
  });
  return context.res;
};

const nothing = async (): Promise<void> => undefined;
