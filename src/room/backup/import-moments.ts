import { decodeChange } from '../../document/codec/stamp-decoder.ts';
import type { PartRefusal } from '../../operations/backup-operations.ts';
import type { MomentRecord } from '../../protocol/backup/records.ts';
import type { Document } from '../content/document.ts';
import type { ImportedMoment } from '../history/moment-import.ts';
import { BeforeImages } from '../history/past/before-images.ts';
import { contentHash } from './content-hash.ts';

/**
 * Takes in moments of a backup where the store has no history for that time. Returns why each was
 * refused, or null. The content has to be loaded.
 */
export async function importMoments(
  document: Document,
  records: MomentRecord[],
): Promise<(PartRefusal | null)[]> {
  const read = records.map(readMoment);
  const good = read.filter((moment) => typeof moment !== 'string');
  const isAsLeft = () => {
    document.endMoment();
    return contentHash(document.tree) === records[0]?.content;
  };
  await document.history?.takeIn(good, isAsLeft);
  return read.map((moment) => (typeof moment === 'string' ? moment : null));
}

function readMoment(record: MomentRecord): ImportedMoment | PartRefusal {
  const { after, since, until, history, by } = record;
  const decoded = decodeChange(record.change);
  const isDated = !decoded || decoded.isDated || decoded.edits.some(({ hlc }) => hlc !== '');
  if (isDated || since > until || after > until) return 'malformed';
  if (until > Date.now()) return 'clock_ahead';
  const images = new BeforeImages();
  images.addLater(decoded.edits);
  return {
    ...{ kind: record.what, after, since, until, by, images, history },
    ...{ contentBytes: record.content_bytes, number: record.moment, isLast: record.is_last },
  };
}
