import * as v from 'valibot';
import * as backups from '../../protocol/http-api/backups.ts';

const Uuid = v.pipe(v.string(), v.uuid());

const Backup = v.pipe(v.string(), v.description('A record in each line, see docs/backup.md.'));

const ImportSummary = v.object({
  accounts: v.number(),
  stores: v.number(),
  conflicts: v.array(
    v.object({
      line: v.pipe(v.number(), v.description('A line of the request, counted from 1.')),
      id: Uuid,
      reason: v.picklist(backups.CONFLICT_REASONS),
    }),
  ),
}) satisfies v.GenericSchema<backups.ImportSummary>;

const HashPage = v.object({
  hashes: v.array(v.object({ kind: v.picklist(['account', 'store']), id: Uuid, hash: v.string() })),
  cursor: v.nullable(v.string()),
}) satisfies v.GenericSchema<backups.HashPage>;

/** The schemas of backups in the OpenAPI document. */
export const BACKUP_SCHEMAS = { Backup, ImportSummary, HashPage };
