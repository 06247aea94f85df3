import { valuesHashWithoutHeartbeat } from '../../document/heartbeat.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import { shortHash } from '../../protocol/backup/lines.ts';
import type { MembersRecord } from '../../protocol/backup/records.ts';

const hex = (hash: number): string => hash.toString(16).padStart(8, '0');

/** TinyBase's hashes of the tables and of the values without the heartbeat. */
export const contentHash = (tree: StampTree): string =>
  hex(tree.tables.hash) + hex(valuesHashWithoutHeartbeat(tree));

/** The hash of a store's content and, if it is shared, of its name and members. */
export async function storeHash(
  content: string,
  shared: MembersRecord | undefined,
): Promise<string> {
  if (!shared) return content;
  const members = shared.members.map(({ id, email, role, joined_at }) => [
    id,
    email,
    role,
    joined_at,
  ]);
  return `${content}-${await shortHash(JSON.stringify([shared.name, members]))}`;
}
