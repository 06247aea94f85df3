import { OVERLOADED } from '../../body/workload.ts';
import { QUERY_HEADER } from '../../operations/proven-access.ts';
import type { Log } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { RestoreResult, StoreHistory, StoreMoment } from '../../protocol/http-api/history.ts';
import { noIds } from '../../protocol/stamps.ts';
import type { ContentRequest } from '../content/content-request.ts';
import type { Document } from '../content/document.ts';
import type { MomentHead } from '../history/moment-storage.ts';
import { restoreWrites } from '../history/past/past.ts';
import type { PastView } from '../history/past/past-view.ts';
import { type Point, readPoint } from '../history/past/point.ts';
import { READ_ONLY } from '../refusals/refusal.ts';
import { textBody } from '../text-stream.ts';
import { etagOf, preconditionsOf, refuseStale } from './etag.ts';
import { isObject } from './parsed-content.ts';
import { hasPast, plainJson } from './plain-json.ts';
import { describePath, readPointer, type StorePath } from './store-path.ts';
import { StoreTransaction } from './store-transaction.ts';

/** Moments on a page. */
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** The query of a request. */
export const queryOf = ({ headers }: Request): URLSearchParams =>
  new URLSearchParams(headers.get(QUERY_HEADER) ?? '');

/** `GET …/store/history`: the moments of the store, newest first. */
export async function listMoments(
  document: Document,
  { request }: ContentRequest,
): Promise<Result<Response>> {
  const page = readPage(queryOf(request));
  if (!page.ok) return page;
  const { before, limit } = page.value;
  document.endMoment();
  const listed: StoreHistory = { moments: [], next: null };
  for await (const moment of document.history?.moments(before) ?? []) {
    if (listed.moments.length === limit) {
      listed.next = listed.moments.at(-1)!.id;
      break;
    }
    listed.moments.push(describe(moment));
  }
  return succeed(Response.json(listed));
}

interface Page {
  before: number | undefined;
  limit: number;
}

function readPage(query: URLSearchParams): Result<Page> {
  const before = query.get('before');
  if (before !== null && !/^\d{1,15}$/.test(before)) return invalid('before', 'a moment');
  const limit = query.get('limit') ?? `${DEFAULT_LIMIT}`;
  const isLimit = /^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MAX_LIMIT;
  if (!isLimit) return invalid('limit', `a number from 1 to ${MAX_LIMIT}`);
  return succeed({ before: before === null ? undefined : Number(before), limit: Number(limit) });
}

const invalid = (field: string, expected: string): Result<never> =>
  fail('invalid_field', `${field} has to be ${expected}`, { field });

function describe({ from, kind, since, until, by, ...counts }: MomentHead): StoreMoment {
  const tables = noIds<StoreMoment['tables'][string]>();
  for (const [id, rows, cells] of counts.tables) tables[id] = { rows, cells };
  return {
    id: `${from}`,
    kind: kind as StoreMoment['kind'],
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    by,
    tables,
    more_tables: counts.moreTables,
    values: counts.values,
  };
}

/** `GET …/store…?at=`: the content at a path, as it was. */
export async function readPast(
  document: Document,
  path: StorePath,
  at: string,
  request: Request,
): Promise<Result<Response>> {
  const view = await viewAt(document, readPoint(at, Date.now()));
  if (!view.ok) return view;
  if (!hasPast(document.tree, path, view.value)) {
    view.value.close();
    return fail('not_found', `there was no ${describePath(path)}`);
  }
  const headers = new Headers({ 'Content-Type': 'application/json' });
  const { until } = view.value;
  if (until > 0) headers.set('Last-Modified', new Date(until).toUTCString());
  if (request.method !== 'HEAD') {
    return succeed(new Response(textBody(pastJson(document, path, view.value)), { headers }));
  }
  view.value.close();
  return succeed(new Response(null, { headers }));
}

/** Closes the view when the reader has everything, or does not want it any more. */
function* pastJson(document: Document, path: StorePath, view: PastView): Generator<string> {
  try {
    for (const text of plainJson(document.tree, path, view)) {
      if (view.isClosed) throw new Error('the reader is too slow');
      yield text;
    }
  } finally {
    view.close();
  }
}

/** Ends the present moment, so that its changes are among those to take back. */
async function viewAt(document: Document, point: Result<Point>): Promise<Result<PastView>> {
  if (!point.ok) return point;
  document.endMoment();
  return document.history?.view(point.value) ?? fail('history_gone', 'no history is kept');
}

/** `POST …/store/restore`: writes the content of the past at a path again. */
export async function restoreStore(
  document: Document,
  content: ContentRequest,
  log: Log,
): Promise<Result<Response>> {
  const body = await content.json();
  if (!body.ok) return body;
  const wanted = readRestore(body.value);
  if (!wanted.ok) return wanted;
  if (content.isRefused) return READ_ONLY;
  const view = await viewAt(document, succeed(wanted.value.point));
  if (!view.ok) return view;
  try {
    const allowed = await content.mayWrite();
    if (!allowed.ok) return allowed;
    if (view.value.isClosed) return OVERLOADED;
    const restored = restore(document, view.value, wanted.value.path, content);
    if (restored.ok) log('restore', { cells: restored.value.changed });
    return restored.ok ? succeed(Response.json(restored.value)) : restored;
  } finally {
    view.value.close();
  }
}

function readRestore(body: unknown): Result<{ point: Point; path: StorePath }> {
  if (!isObject(body)) return fail('bad_request', 'the body has to be a JSON object');
  const point = readPoint(body.at, Date.now());
  if (!point.ok) return point;
  const path = readPointer([], body.path ?? '', 'path');
  return path.ok ? succeed({ point: point.value, path: path.value }) : path;
}

/** Makes the restore a moment of its own, so that it can be taken back alone. */
function restore(
  document: Document,
  view: PastView,
  path: StorePath,
  { request, writer }: ContentRequest,
): Result<RestoreResult> {
  const { tree, history } = document;
  const there = new StoreTransaction(tree).has(path);
  const stale = refuseStale(preconditionsOf(request), there ? etagOf(tree, path) : undefined);
  if (stale) return stale;
  const undo = document.endMoment();
  const writes = restoreWrites(tree, view, path);
  history?.mark('restore');
  const written = document.write(writes, writer);
  document.endMoment();
  if (!written.ok) return written;
  return succeed({ changed: writes.length, undo: writes.length > 0 ? `${undo}` : null });
}
