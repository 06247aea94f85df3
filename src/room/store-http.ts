import { PATH_HEADER } from '../operations.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { parseJson } from '../protocol/frame.ts';
import { Draft } from './draft.ts';
import { etagOf, isFresh, preconditionsOf, refuseStale } from './etag.ts';
import { applyJsonPatch } from './json-patch.ts';
import { describePath, readUrlPath, type StorePath } from './store-path.ts';
import type { Truth } from './truth.ts';

const JSON_PATCH = 'application/json-patch+json';

/**
 * The store as plain JSON: `{tables, values}`, or what is at a path in there. What a request
 * changes it changes at once, or not at all.
 */
export async function storeHttp(truth: Truth, request: Request): Promise<Result<Response>> {
  const path = readUrlPath(request.headers.get(PATH_HEADER) ?? '');
  if (!path.ok) return path;
  // Nothing may wait between reading the store and changing it.
  const body = await request.text();
  const draft = new Draft(truth.tree);
  if (request.method === 'GET' || request.method === 'HEAD') {
    return read(truth, draft, path.value, request);
  }
  const planned = plan(draft, path.value, request, body);
  if (!planned.ok) return planned;
  const there = new Draft(truth.tree).has(path.value);
  const current = there ? etagOf(truth.tree, path.value) : undefined;
  const stale = refuseStale(preconditionsOf(request), current);
  return stale ?? carryOut(truth, draft, path.value);
}

function read(truth: Truth, draft: Draft, path: StorePath, request: Request): Result<Response> {
  // Nobody may see what is not stored yet.
  truth.flush();
  if (!draft.has(path)) return absent(path);
  const headers = { ETag: etagOf(truth.tree, path) };
  const known = isFresh(preconditionsOf(request), headers.ETag);
  if (known) return succeed(new Response(null, { status: 304, headers }));
  if (request.method === 'HEAD') return succeed(bodiless(headers));
  return succeed(Response.json(draft.read(path), { headers }));
}

/** Makes the draft what the store would be after the request. */
function plan(draft: Draft, path: StorePath, request: Request, body: string): Result<void> {
  if (request.method === 'DELETE') return draft.has(path) ? draft.remove(path) : absent(path);
  const json = parseJson(body);
  if (json === undefined) return fail('invalid_json', 'the body is not JSON, or nested too deeply');
  if (request.method === 'PUT') return draft.replace(path, json);
  const patch = request.headers.get('content-type')?.startsWith(JSON_PATCH);
  return patch ? applyJsonPatch(draft, path, json) : draft.merge(path, json);
}

function carryOut(truth: Truth, draft: Draft, path: StorePath): Result<Response> {
  const written = truth.write(draft.writes());
  if (!written.ok) return written;
  const headers = draft.has(path) ? { ETag: etagOf(truth.tree, path) } : undefined;
  return succeed(new Response(null, { status: 204, headers }));
}

/** What `HEAD` answers: whole stores are large, and the text of one would be for nothing. */
const bodiless = (headers: Record<string, string>) =>
  new Response(null, { headers: { ...headers, 'Content-Type': 'application/json' } });

const absent = (path: StorePath) => fail('not_found', `there is no ${describePath(path)}`);
