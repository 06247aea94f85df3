import type { Handler } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { onNotFound } from '../responses.ts';

/**
 * Serves the page at `/`. PartyKit cannot set our headers on the files that it serves. So the HTML
 * is stored as plain text, and this route sends it as HTML with the headers.
 */
export const page: Handler<EdgeEnv> = async (context) => {
  const file = await context.env.page();
  if (!file?.ok) return onNotFound(context);
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' };
  return new Response(file.body, { headers });
};
