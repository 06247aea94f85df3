import type { PartRefusal, StoreBackupOperations } from '../../operations/backup-operations.ts';
import { type Handlers, type Route, routesOf } from '../../operations/room-calls.ts';
import type { Config } from '../../platform.ts';
import { NDJSON } from '../../protocol/backup/records.ts';
import { NO_SUCH_STORE, succeed } from '../../protocol/errors.ts';
import type { RoomOwner } from '../admission/room-owner.ts';
import type { Document } from '../content/document.ts';
import type { SharedStore } from '../members/shared-store.ts';
import { lineStream } from '../text-stream.ts';
import { contentHash, storeHash } from './content-hash.ts';
import { importMoments } from './import-moments.ts';
import { importPart } from './import-part.ts';
import { membersRecord } from './members-record.ts';
import { storeLines } from './store-lines.ts';

/** The routes of a room for backups, which the edge calls for operators. */
export function backupRoutes(
  config: Config,
  document: Document,
  shared: SharedStore,
  owner: RoomOwner,
): Record<string, Route> {
  const { members } = shared;

  const operations: Handlers<StoreBackupOperations> = {
    'hash-store': async ({ is_shared }) => {
      if (is_shared && !members.store) return NO_SUCH_STORE;
      await document.load();
      const record = membersRecord(members);
      return succeed({ hash: await storeHash(contentHash(document.tree), record) });
    },

    'claim-store': async (account) =>
      succeed({ is_owner: !members.store && !members.isDeleted && owner.claim(account) }),

    'import-members': async ({ namespace, record, shards }) => {
      if (members.isDeleted) return succeed({ outcome: 'deleted' });
      const { store } = members;
      if (store && store.namespace !== namespace) return succeed({ outcome: 'id_taken' });
      if (store && store.version >= record.version) return succeed({ outcome: 'unchanged' });
      members.restore(namespace, record, shards, Date.now());
      await shared.commitAll();
      return succeed({ outcome: store ? 'updated' : 'created' });
    },

    'import-parts': async ({ is_shared, namespace, key, changes }) => {
      await document.load();
      const writer = { operator: { key, namespace } };
      const absence = is_shared ? reasonAgainst(members.store, namespace) : undefined;
      const refusals = changes.map(
        (change) => absence ?? importPart(document, config, change, writer),
      );
      await document.takeWork();
      return succeed({ refusals });
    },

    'import-moments': async ({ is_shared, namespace, moments }) => {
      const absence = is_shared ? reasonAgainst(members.store, namespace) : undefined;
      if (absence) return succeed({ refusals: moments.map(() => absence) });
      await document.load();
      const refusals = await importMoments(document, moments);
      await document.takeWork();
      return succeed({ refusals });
    },
  };

  return {
    ...routesOf(operations),
    /** `GET /back-up-store/:store`: the lines of the store's backup. */
    'back-up-store': async (request) => {
      const { store, isShared, hasHistory } = readQuery(request);
      if (isShared && !members.store) return NO_SUCH_STORE;
      await document.load();
      const lines = storeLines(
        { store, members: isShared ? membersRecord(members) : undefined, hasHistory },
        document,
      );
      return succeed(new Response(lineStream(lines), { headers: { 'Content-Type': NDJSON } }));
    },
  };
}

/** Why nothing is merged into a shared store. Without its members, nobody could read it. */
function reasonAgainst(
  store: SharedStore['members']['store'],
  namespace: string,
): PartRefusal | undefined {
  if (!store) return 'deleted';
  return store.namespace === namespace ? undefined : 'id_taken';
}

function readQuery(request: Request) {
  const { searchParams } = new URL(request.url);
  return {
    store: searchParams.get('store') ?? '',
    isShared: searchParams.has('shared'),
    hasHistory: searchParams.has('history'),
  };
}
