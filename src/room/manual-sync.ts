import type { Config } from '../platform.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { parseJson } from '../protocol/frame.ts';
import type { StampPath } from '../protocol/notice.ts';
import { DELETED } from '../protocol/stamps.ts';
import { contentText } from './content-text.ts';
import { type Edit, readContent } from './edits.ts';
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

/** Merges the content in a request's body, and answers with the result. */
export function manualSync(truth: Truth, config: Config, text: string): Result<Response> {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null)
    return fail('invalid_json', 'the body is no JSON object');
  const content = 'mergeableContent' in body ? body.mergeableContent : undefined;
  const edits = readContent(content);
  if (!edits) {
    const message = 'mergeableContent is not what getMergeableContent() gives';
    return fail('invalid_field', message, { field: 'mergeableContent' });
  }
  const now = Date.now();
  const screened = screen(tellDeletions(edits, truth.tree), truth.tree, config, now);
  if (screened.full) return STORE_FULL;
  truth.merge(screened.accepted);
  truth.flush();
  const outcome: Outcome = {
    timestamp: new Date(now).toISOString(),
    ...(screened.ahead.length > 0 && { refused: screened.ahead.map(pathOf) }),
  };
  const headers = { 'Content-Type': 'application/json' };
  return succeed(new Response(textStream(answerText(truth, outcome)), { headers }));
}

/**
 * Turns those nulls into deletions that stand for one: the cell was something here, or the whole
 * row, of more than one cell, is null. A stamp that is here already stays what it is here.
 */
function tellDeletions(edits: Edit[], tree: StampTree): Edit[] {
  const rows = new Map<string, { cells: number; nulls: number }>();
  const rowOf = ({ table, row }: Edit) => JSON.stringify([table, row]);
  for (const edit of edits) {
    const row = rows.get(rowOf(edit)) ?? { cells: 0, nulls: 0 };
    row.cells += 1;
    if (edit.thing === null) row.nulls += 1;
    rows.set(rowOf(edit), row);
  }
  const isDeletion = (edit: Edit): boolean => {
    const known = tree.leaf(edit);
    if (known) return known.thing !== null;
    const row = rows.get(rowOf(edit))!;
    return edit.table !== null && row.cells > 1 && row.nulls === row.cells;
  };
  return edits.map((edit) =>
    edit.thing === null && isDeletion(edit) ? { ...edit, thing: DELETED } : edit,
  );
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
