import * as v from 'valibot';
import {
  MOMENT_KINDS,
  type RestoreResult as Restored,
  type StoreHistory,
  type StoreMoment,
} from '../../protocol/http-api/history.ts';

/** The schemas of the history of a store. */

const Time = v.pipe(v.string(), v.isoTimestamp());

export const Moment = v.object({
  id: v.pipe(v.string(), v.description('As `at`, it stands for the store just before the moment.')),
  kind: v.pipe(
    v.picklist(MOMENT_KINDS),
    v.description('`deletion` if a large part of the store was deleted.'),
  ),
  since: Time,
  until: Time,
  by: v.pipe(
    v.array(v.string()),
    v.description(
      'Up to 16 authors: `member:` and an id, `key:` and an id, or `session:` and the first 16 characters of the id.',
    ),
  ),
  tables: v.pipe(
    v.record(v.string(), v.object({ rows: v.number(), cells: v.number() })),
    v.description('How much changed in up to 32 tables.'),
  ),
  more_tables: v.number(),
  values: v.number(),
}) satisfies v.GenericSchema<StoreMoment>;

export const History = v.object({
  moments: v.array(Moment),
  next: v.pipe(v.nullable(v.string()), v.description('`before` of the next page.')),
}) satisfies v.GenericSchema<StoreHistory>;

export const Restore = v.object({
  at: v.pipe(v.string(), v.description('A time, or the `id` of a moment: just before it.')),
  path: v.optional(v.pipe(v.string(), v.description('A JSON Pointer to what is restored.'))),
});

export const RestoreResult = v.object({
  changed: v.number(),
  undo: v.pipe(v.nullable(v.string()), v.description('The `at` that takes the restore back.')),
}) satisfies v.GenericSchema<Restored>;
