import type { CellStamp } from '../../document/cell-stamp.ts';
import { encodeMergeableContent } from '../../document/codec/mergeable-content-encoder.ts';
import { decodeMergeableContent } from '../../document/codec/stamp-decoder.ts';
import { refuse } from '../../document/refuse.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import { pathOf, validate } from '../../document/validate.ts';
import type { Config } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { StampPath } from '../../protocol/notice.ts';
import { DELETED } from '../../protocol/stamps.ts';
import type { ContentRequest } from '../content/content-request.ts';
import type { Document } from '../content/document.ts';
import type { Writer } from '../content/publication.ts';
import { STORE_FULL } from '../refusals/refusal.ts';
import { refusedPaths } from '../refusals/refused-paths.ts';
import { textStream } from '../text-stream.ts';

/**
 * Merges the whole content of a store over HTTP, for clients whose changes are too large for a
 * frame.
 *
 * The documented client sends `JSON.stringify(getMergeableContent())`, in which a deletion is null.
 * TinyBase 10 gives null and a deletion the same hash, so `tellDeletions` has to decide which it
 * is. The client passes the response to `setMergeableContent`. Plain JSON cannot carry tombstones,
 * so the response leaves them out, with hashes to match. The client gets them when it connects
 * again, because these hashes differ from the room's.
 */

/** The members of the response beside `success` and `mergeableContent`. */
interface Outcome {
  /** When the content was merged, ISO 8601. */
  timestamp: string;
  /** Paths of the stamps that are too far ahead of the server's clock and were not merged. */
  refused?: StampPath[];
  /** Paths of the stamps that their author may not write, as many as a notice names. */
  forbidden?: StampPath[];
}

/**
 * Stamps that are merged before a flush, because merged stamps take memory until they are stored.
 */
const EDITS_AT_ONCE = 20_000;

/**
 * Merges the content in the body of a request, all of it or nothing. Responds with the merged
 * content. A viewer gets the content too, and learns which of its stamps were not merged.
 */
export async function manualSync(
  document: Document,
  config: Config,
  content: ContentRequest,
): Promise<Result<Response>> {
  // Each step frees its input: a large body does not fit as text, objects and stamps at once.
  const edits = await content.json().then(readBody);
  if (!edits.ok) return edits;
  const held = await content.sessionHolds();
  if (!held.ok) return held;
  const outcome = content.isRefused
    ? succeed(refuseAll(document, config, edits.value))
    : merge(document, config, edits.value, content.writer);
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
  const edits = decodeMergeableContent(content);
  if (edits) return succeed(edits);
  const message = 'mergeableContent is not what getMergeableContent() gives';
  return fail('invalid_field', message, { field: 'mergeableContent' });
}

function merge(
  document: Document,
  config: Config,
  edits: CellStamp[],
  writer: Writer | undefined,
): Result<Outcome> {
  const now = Date.now();
  const { tree, corrections } = document;
  const { accepted, settled, restamped, ahead, full } = validate(
    tellDeletions(edits, tree),
    tree,
    config,
    now,
    corrections.ifAny,
  );
  if (full) return STORE_FULL;
  for (let start = 0; start < accepted.length; start += EDITS_AT_ONCE) {
    document.merge(accepted.slice(start, start + EDITS_AT_ONCE), writer);
    document.flush();
  }
  document.merge(settled);
  document.correct(restamped);
  document.flush();
  return succeed(outcomeOf(now, ahead));
}

/**
 * Changes nothing, because the client has the content of the response. What it writes all the same
 * is answered by stamps when it connects again.
 */
function refuseAll(document: Document, config: Config, edits: CellStamp[]): Outcome {
  const now = Date.now();
  const { tree } = document;
  const { ahead, refused } = refuse(tellDeletions(edits, tree), tree, config, now, 0);
  const outcome = outcomeOf(now, ahead);
  return refused.length > 0 ? { ...outcome, forbidden: refusedPaths(refused) } : outcome;
}

function outcomeOf(now: number, ahead: CellStamp[]): Outcome {
  const timestamp = new Date(now).toISOString();
  return ahead.length > 0 ? { timestamp, refused: ahead.map(pathOf) } : { timestamp };
}

/**
 * Turns a null into a deletion if the room has another content for the cell, or if all cells of the
 * row are null and there is more than one. A stamp that the room has keeps its meaning.
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

/** Groups stamps by row. The stamps of one row, and of the values, follow one another. */
function* rowsOf(edits: CellStamp[]): Generator<CellStamp[]> {
  for (let start = 0, end = 0; start < edits.length; start = end) {
    const { table, row } = edits[start]!;
    while (edits[end]?.table === table && edits[end]?.row === row) end++;
    yield edits.slice(start, end);
  }
}

function* answerText(document: Document, outcome: Outcome): Generator<string> {
  yield '{"success":true,"mergeableContent":';
  // Nobody may see a change that is not stored, such as one that came since the text began.
  document.flush();
  for (const text of encodeMergeableContent(document.tree)) {
    yield text;
    document.flush();
  }
  yield `,${JSON.stringify(outcome).slice(1)}`;
}
