import type { Config } from '../platform.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import type { StampPath } from '../protocol/notice.ts';
import { DELETED } from '../protocol/stamps.ts';
import { contentText } from './content-text.ts';
import { type Edit, readContent } from './edits.ts';
import type { Incoming } from './incoming.ts';
import { pathOf, screen } from './screen.ts';
import type { StampTree } from './stamp-tree.ts';
import { textStream } from './text-stream.ts';
import { STORE_FULL, type Truth } from './truth.ts';

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
  truth: Truth,
  config: Config,
  incoming: Incoming,
): Promise<Result<Response>> {
  // Each step lets go of what it was given: a large body as text, objects and edits is too much.
  const edits = await incoming.json().then(readBody);
  if (!edits.ok) return edits;
  const allowed = await incoming.mayWrite();
  if (!allowed.ok) return allowed;
  const outcome = merge(truth, config, edits.value);
  if (!outcome.ok) return outcome;
  const headers = { 'Content-Type': 'application/json' };
  return succeed(new Response(textStream(answerText(truth, outcome.value)), { headers }));
}

function readBody(body: Result<unknown>): Result<Edit[]> {
  if (!body.ok) return body;
  if (typeof body.value !== 'object' || body.value === null) {
    return fail('bad_request', 'the body has to be a JSON object');
  }
  const content = 'mergeableContent' in body.value ? body.value.mergeableContent : undefined;
  const edits = readContent(content);
  if (edits) return succeed(edits);
  const message = 'mergeableContent is not what getMergeableContent() gives';
  return fail('invalid_field', message, { field: 'mergeableContent' });
}

function merge(truth: Truth, config: Config, edits: Edit[]): Result<Outcome> {
  const now = Date.now();
  const { accepted, settled, ahead, full } = screen(
    tellDeletions(edits, truth.tree),
    truth.tree,
    config,
    now,
  );
  if (full) return STORE_FULL;
  for (let start = 0; start < accepted.length; start += EDITS_AT_ONCE) {
    truth.merge(accepted.slice(start, start + EDITS_AT_ONCE));
    truth.flush();
  }
  truth.merge(settled);
  truth.flush();
  const timestamp = new Date(now).toISOString();
  return succeed(ahead.length > 0 ? { timestamp, refused: ahead.map(pathOf) } : { timestamp });
}

/**
 * Turns those nulls into deletions that stand for one: the cell was something here, or the whole
 * row, of more than one cell, is null. A stamp that is here already stays what it is here.
 */
function* tellDeletions(edits: Edit[], tree: StampTree): Generator<Edit> {
  for (const row of rowsOf(edits)) {
    const isValues = row[0]!.table === null;
    const isGone = !isValues && row.length > 1 && row.every(({ thing }) => thing === null);
    for (const edit of row) {
      const known = edit.thing === null ? tree.leaf(edit) : undefined;
      const isDeletion = edit.thing === null && (known ? known.thing !== null : isGone);
      yield isDeletion ? { ...edit, thing: DELETED } : edit;
    }
  }
}

/** Edits of a row, as those of the values, follow one another. */
function* rowsOf(edits: Edit[]): Generator<Edit[]> {
  for (let start = 0, end = 0; start < edits.length; start = end) {
    const { table, row } = edits[start]!;
    while (edits[end]?.table === table && edits[end]?.row === row) end++;
    yield edits.slice(start, end);
  }
}

function* answerText(truth: Truth, outcome: Outcome): Generator<string> {
  yield '{"success":true,"mergeableContent":';
  // Nobody may see what is not stored yet, such as changes that came since the text began.
  truth.flush();
  for (const text of contentText(truth.tree)) {
    yield text;
    truth.flush();
  }
  yield `,${JSON.stringify(outcome).slice(1)}`;
}
