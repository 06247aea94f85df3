import { decodeChange } from '../../document/codec/stamp-decoder.ts';
import { validate } from '../../document/validate.ts';
import type { PartRefusal } from '../../operations/backup-operations.ts';
import type { Config } from '../../platform.ts';
import type { Document } from '../content/document.ts';
import type { Writer } from '../content/publication.ts';

/**
 * Merges the change of a backup, all of it or nothing, as a change of a device would be. Newer
 * content stays, and devices get what is new at once. Returns why it was refused, or null.
 */
export function importPart(
  document: Document,
  config: Config,
  change: unknown,
  writer: Writer,
): PartRefusal | null {
  const decoded = decodeChange(change);
  if (!decoded) return 'malformed';
  const { tree, corrections } = document;
  const now = Date.now();
  const validated = validate(decoded.edits, tree, config, now, corrections.ifAny);
  if (validated.ahead.length > 0) return 'clock_ahead';
  if (validated.full) return 'store_full';
  document.merge(validated.accepted, writer);
  document.merge(validated.settled, writer);
  document.correct(validated.restamped);
  document.flush();
  return null;
}
