import { bodyKind } from '../../body/media-type.ts';
import { PATH_HEADER } from '../../operations/proven-access.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { ContentRequest } from '../content/content-request.ts';
import type { Document } from '../content/document.ts';
import { textBody } from '../text-stream.ts';
import { etagOf, isFresh, preconditionsOf, refuseStale, refuseUnmatched } from './etag.ts';
import { queryOf, readPast } from './history-routes.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { plainJson } from './plain-json.ts';
import { describePath, readUrlPath, type StorePath } from './store-path.ts';
import { StoreTransaction } from './store-transaction.ts';

/**
 * The HTTP API of a store as plain JSON: `{tables, values}`, or the part at a path. A request
 * applies all of its changes at once, or none.
 */
export async function storeRoutes(
  document: Document,
  content: ContentRequest,
): Promise<Result<Response>> {
  const { request } = content;
  const path = readUrlPath(request.headers.get(PATH_HEADER) ?? '');
  if (!path.ok) return path;
  const { method } = request;
  const at = queryOf(request).get('at');
  if (method === 'GET' || method === 'HEAD') {
    if (at !== null) return readPast(document, path.value, at, request);
    return read(document, path.value, request);
  }
  if (at !== null) return fail('bad_request', 'only reads take a time');
  const body = method === 'DELETE' ? succeed(undefined) : await content.json();
  if (!body.ok) return body;
  const allowed = await content.mayWrite();
  if (!allowed.ok) return allowed;
  // No await from here on: the store must not change between reading and writing.
  const transaction = new StoreTransaction(document.tree);
  const planned = plan(transaction, path.value, request, body.value);
  if (!planned.ok) return planned;
  const there = new StoreTransaction(document.tree).has(path.value);
  const current = there ? etagOf(document.tree, path.value) : undefined;
  const stale = refuseStale(preconditionsOf(request), current);
  return stale ?? carryOut(document, content, transaction, path.value);
}

function read(document: Document, path: StorePath, request: Request): Result<Response> {
  // Nobody may see a change that is not stored.
  document.flush();
  if (!new StoreTransaction(document.tree).has(path)) return absent(path);
  const headers = { ETag: etagOf(document.tree, path), 'Content-Type': 'application/json' };
  const preconditions = preconditionsOf(request);
  const unmatched = refuseUnmatched(preconditions, headers.ETag);
  if (unmatched) return unmatched;
  if (isFresh(preconditions, headers.ETag)) {
    return succeed(new Response(null, { status: 304, headers: { ETag: headers.ETag } }));
  }
  // HEAD needs no text, and that of a whole store is large.
  const body = request.method === 'HEAD' ? null : textBody(stored(document, path));
  return succeed(new Response(body, { headers }));
}

/** Writes the content at a path. Changes that come meanwhile appear only after they are stored. */
function* stored(document: Document, path: StorePath): Generator<string> {
  for (const text of plainJson(document.tree, path)) {
    yield text;
    document.flush();
  }
}

/** Applies the changes of a request to a transaction. */
function plan(
  transaction: StoreTransaction,
  path: StorePath,
  request: Request,
  body: unknown,
): Result<void> {
  if (request.method === 'DELETE')
    return transaction.has(path) ? transaction.remove(path) : absent(path);
  if (request.method === 'PUT') return transaction.replace(path, body);
  switch (bodyKind(request.headers.get('content-type'))) {
    case 'json-patch':
      return applyJsonPatch(transaction, path, body);
    case 'merge-patch':
      return applyMergePatch(transaction, path, body);
    default:
      return transaction.merge(path, body);
  }
}

function carryOut(
  document: Document,
  { writer }: ContentRequest,
  transaction: StoreTransaction,
  path: StorePath,
): Result<Response> {
  const written = document.write(transaction.writes(), writer);
  if (!written.ok) return written;
  const headers = transaction.has(path) ? { ETag: etagOf(document.tree, path) } : undefined;
  return succeed(new Response(null, { status: 204, headers }));
}

const absent = (path: StorePath) => fail('not_found', `there is no ${describePath(path)}`);
