import { getHlcFunctions } from 'tinybase/common';

const [, , encodeHlc] = getHlcFunctions('sender');

/** Characters of each cell. */
const CELL_LENGTH = 1_000;

/** The body of a manual sync of so many bytes, or a few more: rows of one cell of text each. */
export function contentBody(bytes: number): string {
  const hlc = encodeHlc(Date.now(), 0);
  const cell = `[{"c":["${'x'.repeat(CELL_LENGTH)}","${hlc}",0]},"",0]`;
  const rows: string[] = [];
  for (let length = 0; length < bytes; length += rows.at(-1)!.length + 1) {
    rows.push(`"row ${rows.length}":${cell}`);
  }
  return `{"mergeableContent":[[{"t":[{${rows.join(',')}},"",0]},"",0],[{},"",0]]}`;
}
