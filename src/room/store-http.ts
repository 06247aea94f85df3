import { bodyKind } from '../media-type.ts';
import { PATH_HEADER } from '../operations.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { Draft } from './draft.ts';
import { etagOf, isFresh, preconditionsOf, refuseStale, refuseUnmatched } from './etag.ts';
import type { Incoming } from './incoming.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { plainText } from './plain-text.ts';
import { describePath, readUrlPath, type StorePath } from './store-path.ts';
import { textBody } from './text-stream.ts';
import type { Truth } from './truth.ts';

/**
 * The store as plain JSON: `{tables, values}`, or what is at a path in there. What a request
 * changes it changes at once, or not at all.
 */
export async function storeHttp(truth: Truth, incoming: Incoming): Promise<Result<Response>> {
  const { request } = incoming;
  const path = readUrlPath(request.headers.get(PATH_HEADER) ?? '');
  if (!path.ok) return path;
  const { method } = request;
  if (method === 'GET' || method === 'HEAD') return read(truth, path.value, request);
  const body = method === 'DELETE' ? succeed(undefined) : await incoming.json();
  if (!body.ok) return body;
  const allowed = await incoming.mayWrite();
  if (!allowed.ok) return allowed;
  // From here on nothing waits, or the store could change between being read and being changed.
  const draft = new Draft(truth.tree);
  const planned = plan(draft, path.value, request, body.value);
  if (!planned.ok) return planned;
  const there = new Draft(truth.tree).has(path.value);
  const current = there ? etagOf(truth.tree, path.value) : undefined;
  const stale = refuseStale(preconditionsOf(request), current);
  return stale ?? carryOut(truth, draft, path.value);
}

function read(truth: Truth, path: StorePath, request: Request): Result<Response> {
  // Nobody may see what is not stored yet.
  truth.flush();
  if (!new Draft(truth.tree).has(path)) return absent(path);
  const headers = { ETag: etagOf(truth.tree, path), 'Content-Type': 'application/json' };
  const preconditions = preconditionsOf(request);
  const unmatched = refuseUnmatched(preconditions, headers.ETag);
  if (unmatched) return unmatched;
  if (isFresh(preconditions, headers.ETag)) {
    return succeed(new Response(null, { status: 304, headers: { ETag: headers.ETag } }));
  }
  // Whole stores are large, and for HEAD the text of one would be for nothing.
  const body = request.method === 'HEAD' ? null : textBody(stored(truth, path));
  return succeed(new Response(body, { headers }));
}

/** The text of what is at a path, with what was written meanwhile only once it is stored. */
function* stored(truth: Truth, path: StorePath): Generator<string> {
  for (const text of plainText(truth.tree, path)) {
    yield text;
    truth.flush();
  }
}

/** Makes the draft what the store would be after the request. */
function plan(draft: Draft, path: StorePath, request: Request, body: unknown): Result<void> {
  if (request.method === 'DELETE') return draft.has(path) ? draft.remove(path) : absent(path);
  if (request.method === 'PUT') return draft.replace(path, body);
  switch (bodyKind(request.headers.get('content-type'))) {
    case 'json-patch':
      return applyJsonPatch(draft, path, body);
    case 'merge-patch':
      return applyMergePatch(draft, path, body);
    default:
      return draft.merge(path, body);
  }
}

function carryOut(truth: Truth, draft: Draft, path: StorePath): Result<Response> {
  const written = truth.write(draft.writes());
  if (!written.ok) return written;
  const headers = draft.has(path) ? { ETag: etagOf(truth.tree, path) } : undefined;
  return succeed(new Response(null, { status: 204, headers }));
}

const absent = (path: StorePath) => fail('not_found', `there is no ${describePath(path)}`);
