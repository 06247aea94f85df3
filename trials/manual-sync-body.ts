import { getHlcFunctions } from 'tinybase/common';

const [, , encodeHlc] = getHlcFunctions('sender');

const CELL_LENGTH = 1_000;

/** Creates the body of a manual sync, of at least `bytes` bytes, with one text cell per row. */
export function manualSyncBody(bytes: number): string {
  const hlc = encodeHlc(Date.now(), 0);
  const cell = `[{"c":["${'x'.repeat(CELL_LENGTH)}","${hlc}",0]},"",0]`;
  const rows: string[] = [];
  for (let length = 0; length < bytes; length += rows.at(-1)!.length + 1) {
    rows.push(`"row ${rows.length}":${cell}`);
  }
  return `{"mergeableContent":[[{"t":[{${rows.join(',')}},"",0]},"",0],[{},"",0]]}`;
}
