import type { CellStamp } from '../../document/cell-stamp.ts';
import { pathOf } from '../../document/validate.ts';
import type { StampPath } from '../../protocol/notice.ts';

/** Most stamps that one notice or response names. */
const MAX_PATHS = 1000;

/** The paths of the first stamps that were refused, for their author. */
export const refusedPaths = (refused: CellStamp[]): StampPath[] =>
  refused.slice(0, MAX_PATHS).map(pathOf);
