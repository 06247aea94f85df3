import type { BeforeImages } from './past/before-images.ts';

/** Tables that a moment names, and characters of their ids in all. Others are only counted. */
const MAX_TABLES = 32;
const MAX_CHARACTERS = 4000;

/** How much a moment has changed. */
export interface Counts {
  /** By the id of the table: the rows in which something changed, and the cells that changed. */
  tables: [id: string, rows: number, cells: number][];
  /** Further tables in which something changed. */
  moreTables: number;
  /** Values that changed. */
  values: number;
}

export function countsOf(images: BeforeImages): Counts {
  const counts: Counts = { tables: [], moreTables: 0, values: 0 };
  let characters = 0;
  for (const [table, rows, cells] of images.sizes()) {
    if (table === null) {
      counts.values = cells;
      continue;
    }
    characters += table.length;
    const isNamed = counts.tables.length < MAX_TABLES && characters <= MAX_CHARACTERS;
    if (isNamed) counts.tables.push([table, rows, cells]);
    else counts.moreTables += 1;
  }
  return counts;
}
