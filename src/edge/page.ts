import type { Handler } from 'hono';
import type { EdgeEnv } from './host.ts';
import { onNotFound } from './respond.ts';

/**
 * Serves the page at `/`. PartyKit gives the files that it serves itself no headers of ours, so the
 * HTML is a file of plain text there, which no browser opens as a page, and becomes one here.
 */
export const page: Handler<EdgeEnv> = async (context) => {
  const file = await context.env.page();
  if (!file?.ok) return onNotFound(context);
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' };
  return new Response(file.body, { headers });
};
