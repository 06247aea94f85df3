import type { CellStamp } from '../../document/cell-stamp.ts';
import { contentJson } from '../../document/content-json.ts';
import { decodeContent } from '../../document/decode-changes.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import { pathOf, validate } from '../../document/validate.ts';
import type { Config } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { StampPath } from '../../protocol/notice.ts';
import { DELETED } from '../../protocol/stamps.ts';
import type { ContentRequest } from '../content-request.ts';
import { type Document, STORE_FULL } from '../document.ts';
import { textStream } from '../text-stream.ts';

/**
 * The merge of a whole content over HTTP, for clients whose changes are too large for a frame.
 *
 * The documented client sends `JSON.stringify(getMergeableContent())`, which writes a deletion as
 * null, and TinyBase 10 hashes both alike, so a null does not say which it is. `tellDeletions`
 * decides. In the answer, which that client gives to `setMergeableContent`, a null is a null, and
 * tombstones are left out, with hashes to match: plain JSON cannot carry them, and the client gets
 * them when it connects again, because those hashes differ from the room's.
 */

/** What the answer says beside `success` and `mergeableContent`. */
interface Outcome {
  /** When it was merged, ISO 8601. */
  timestamp: string;
  /** Stamps that were left out because they are too far ahead of the server's clock. */
  refused?: StampPath[];
}

/** Edits that are merged at once: what is noted until they are stored takes up memory. */
const EDITS_AT_ONCE = 20_000;

/** Merges the content in a request's body, all of it or nothing, and answers with the result. */
export async function manualSync(
  document: Document,
  config: Config,
  content: ContentRequest,
): Promise<Result<Response>> {
  // Each step lets go of what it was given: a large body as text, objects and edits is too much.
  const edits = await content.json().then(readBody);
  if (!edits.ok) return edits;
  const allowed = await content.mayWrite();
  if (!allowed.ok) return allowed;
  const outcome = merge(document, config, edits.value);
  if (!outcome.ok) return outcome;
  const headers = { 'Content-Type': 'application/json' };
  return succeed(new Response(textStream(answerText(document, outcome.value)), { headers }));
}

function readBody(body: Result<unknown>): Result<CellStamp[]> {
  if (!body.ok) return body;
  if (typeof body.value !== 'object' || body.value === null) {
    return fail('bad_request', 'the body has to be a JSON object');
  }
  const content = 'mergeableContent' in body.value ? body.value.mergeableContent : undefined;
  const edits = decodeContent(content);
  if (edits) return succeed(edits);
  const message = 'mergeableContent is not what getMergeableContent() gives';
  return fail('invalid_field', message, { field: 'mergeableContent' });
}

function merge(document: Document, config: Config, edits: CellStamp[]): Result<Outcome> {
  const now = Date.now();
  const { accepted, settled, ahead, full } = validate(
    tellDeletions(edits, document.tree),
    document.tree,
    config,
    now,
  );
  if (full) return STORE_FULL;
  for (let start = 0; start < accepted.length; start += EDITS_AT_ONCE) {
    document.merge(accepted.slice(start, start + EDITS_AT_ONCE));
    document.flush();
  }
  document.merge(settled);
  document.flush();
  const timestamp = new Date(now).toISOString();
  return succeed(ahead.length > 0 ? { timestamp, refused: ahead.map(pathOf) } : { timestamp });
}

/**
 * Turns those nulls into deletions that stand for one: the cell was something here, or the whole
 * row, of more than one cell, is null. A stamp that is here already stays what it is here.
 */
function* tellDeletions(edits: CellStamp[], tree: StampTree): Generator<CellStamp> {
  for (const row of rowsOf(edits)) {
    const isValues = row[0]!.table === null;
    const isGone = !isValues && row.length > 1 && row.every(({ cell }) => cell === null);
    for (const edit of row) {
      const known = edit.cell === null ? tree.leaf(edit) : undefined;
      const isDeletion = edit.cell === null && (known ? known.cell !== null : isGone);
      yield isDeletion ? { ...edit, cell: DELETED } : edit;
    }
  }
}

/** Edits of a row, as those of the values, follow one another. */
function* rowsOf(edits: CellStamp[]): Generator<CellStamp[]> {
  for (let start = 0, end = 0; start < edits.length; start = end) {
    const { table, row } = edits[start]!;
    while (edits[end]?.table === table && edits[end]?.row === row) end++;
    yield edits.slice(start, end);
  }
}

function* answerText(document: Document, outcome: Outcome): Generator<string> {
  yield '{"success":true,"mergeableContent":';
  // Nobody may see what is not stored yet, such as changes that came since the text began.
  document.flush();
  for (const text of contentJson(document.tree)) {
    yield text;
    document.flush();
  }
  yield `,${JSON.stringify(outcome).slice(1)}`;
}
