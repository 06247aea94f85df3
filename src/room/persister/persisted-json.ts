import { nestedJson } from '../../document/nested-json.ts';
import type { StampTree } from '../../document/stamp-tree.ts';

/** A store as a persister loads it: the JSON of `[tables, values]` with cells in wire form. */
export function* persistedJson(tree: StampTree): Generator<string> {
  yield '[';
  yield* nestedJson(tree.ofTables(), 1, JSON.stringify);
  yield ',';
  yield* nestedJson(tree.ofRow(null, ''), 1, JSON.stringify);
  yield ']';
}
