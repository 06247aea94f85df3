import type { Handler } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { openApiDocument } from '../openapi/document.ts';

/** The documents by the base paths of their mounts. */
const documents = new Map<string, string>();

/** `GET /openapi.json`. Each isolate generates the document at its first request. */
export const openApi: Handler<EdgeEnv> = ({ env }) => {
  const { basePath } = env.mount;
  const document = documents.get(basePath) ?? JSON.stringify(openApiDocument(basePath));
  documents.set(basePath, document);
  return new Response(document, { headers: { 'Content-Type': 'application/json' } });
};
