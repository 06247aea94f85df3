import type { MiddlewareHandler } from 'hono';
import { isGzipped } from '../../../body/media-type.ts';
import { readJsonText } from '../../../body/read-body.ts';
import { workload } from '../../../body/workload.ts';
import { listsNamespace } from '../../../config/namespaces.ts';
import { logName } from '../../../log.ts';
import { NDJSON } from '../../../protocol/backup/records.ts';
import { fail, type Result, succeed } from '../../../protocol/errors.ts';
import { applyImport } from '../../backup/apply-import.ts';
import { chunkStream } from '../../backup/chunk-stream.ts';
import { listHashes } from '../../backup/list-hashes.ts';
import { readImport } from '../../backup/read-import.ts';
import { listItems, type Page, parseCursor, STEP_ITEMS } from '../../backup/walk.ts';
import { type StepFigures, writeStep } from '../../backup/write-step.ts';
import type { EdgeContext, EdgeEnv } from '../../environment.ts';
import { refusal } from '../../responses.ts';
import { UNKNOWN_NAMESPACE } from '../account-routes.ts';

/** The operator's routes to back a namespace up, to import a backup, and to compare. */

/** Bytes of a request of an import, unless MAX_SYNC_BYTES allows a single store more. */
const MAX_IMPORT_BYTES = 4_194_304;

/** Bytes of the lines around the largest change. */
const MARGIN = 65_536;

/** The media types of lines of JSON. The last one is the default of `curl --data-binary`. */
const LINE_TYPES =
  /^(application\/(x-)?(ndjson|jsonl)|application\/x-www-form-urlencoded)\s*(;|$)/i;

const NOT_LINES = fail('unsupported_media_type', `the body must be ${NDJSON}, perhaps gzipped`);

const INVALID_LIMIT = fail('invalid_field', `limit is 1 to ${STEP_ITEMS}`, { field: 'limit' });

const INVALID_HISTORY = fail('invalid_field', 'history is 0 or 1', { field: 'history' });

/** `GET /admin/:namespace/backup`: one step of a backup. */
export async function backUp(context: EdgeContext): Promise<Result<Response>> {
  const page = await pageOf(context);
  if (!page.ok) return page;
  const history = context.req.query('history') ?? '0';
  if (history !== '0' && history !== '1') return INVALID_HISTORY;
  const figures: StepFigures = { accounts: 0, stores: 0, bytes: 0 };
  const step = writeStep(
    context.env.rooms,
    namespaceOf(context),
    { ...page.value, hasHistory: history === '1' },
    figures,
  );
  context.env.log('backed-up', { ...who(context), items: page.value.items.length });
  return succeed(new Response(chunkStream(step), { headers: { 'Content-Type': NDJSON } }));
}

/** `GET /admin/:namespace/hashes`: a page of hashes, to compare backups and deployments. */
export async function hashes(context: EdgeContext): Promise<Result<unknown>> {
  const page = await pageOf(context);
  return page.ok ? succeed(await listHashes(context.env.rooms, page.value)) : page;
}

/** `POST /admin/:namespace/import`: a part of a backup. */
export async function importBackup(context: EdgeContext): Promise<Result<unknown>> {
  const { config, rooms, log } = context.env;
  const namespace = namespaceOf(context);
  if (!listsNamespace(config.NAMESPACES, namespace)) return UNKNOWN_NAMESPACE;
  const share = workload.begin();
  try {
    const text = await readJsonText(context.req.raw, maxImportBytes(config), share);
    if (!text.ok) return text;
    const imported = await readImport(namespace, text.value);
    if (!imported.ok) return imported;
    const { key } = context.get('operator');
    const summary = await applyImport(rooms, namespace, key, imported.value);
    const { accounts, stores, conflicts } = summary;
    log('imported', { ...who(context), accounts, stores, conflicts: conflicts.length });
    return succeed(summary);
  } finally {
    share.end();
  }
}

/** Checks the headers of an import's body. Its reader enforces the size limit again. */
export const checkImportBody: MiddlewareHandler<EdgeEnv> = async ({ req, env }, next) => {
  const max = maxImportBytes(env.config);
  if (max > 0 && Number(req.header('content-length') ?? 0) > max) {
    return refusal(fail('payload_too_large', `the body is over ${max} bytes`));
  }
  const isKnown = LINE_TYPES.test(req.header('content-type') ?? NDJSON);
  const isDecodable = isGzipped(req.header('content-encoding') ?? null) !== undefined;
  return isKnown && isDecodable ? next() : refusal(NOT_LINES, { Accept: NDJSON });
};

/** 0 for no limit. */
const maxImportBytes = ({ MAX_SYNC_BYTES }: { MAX_SYNC_BYTES: number }): number =>
  MAX_SYNC_BYTES === 0 ? 0 : Math.max(MAX_IMPORT_BYTES, MAX_SYNC_BYTES + MARGIN);

async function pageOf(context: EdgeContext): Promise<Result<Page>> {
  const position = parseCursor(context.req.query('cursor'));
  if (!position.ok) return position;
  const limit = Number(context.req.query('limit') ?? STEP_ITEMS);
  if (!Number.isInteger(limit) || limit < 1 || limit > STEP_ITEMS) return INVALID_LIMIT;
  return listItems(context.env.rooms, namespaceOf(context), position.value, limit);
}

const namespaceOf = (context: EdgeContext): string => context.req.param('namespace') ?? '';

/** For the log: the namespace and the key of a request. */
const who = (context: EdgeContext) => ({
  namespace: logName(namespaceOf(context)),
  key: logName(context.get('operator').key ?? 'OPERATOR_KEY'),
});
