import type { Handler } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { openApiDocument } from '../openapi/document.ts';

let document: string | undefined;

/** `GET /openapi.json`. Each isolate generates the document at its first request. */
export const openApi: Handler<EdgeEnv> = () => {
  document ??= JSON.stringify(openApiDocument());
  return new Response(document, { headers: { 'Content-Type': 'application/json' } });
};
