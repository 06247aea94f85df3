import type { Handlers } from '../../operations/room-calls.ts';
import type { UsageOperations } from '../../operations/user-room-operations.ts';
import type { RoomHost } from '../../platform.ts';
import { NO_SUCH_STORE, succeed } from '../../protocol/errors.ts';
import type { ConnectedDevice } from '../../protocol/http-api/usage.ts';
import type { Document } from '../content/document.ts';
import type { Device, Devices } from '../devices.ts';
import type { SharedStore } from '../members/shared-store.ts';
import { StoreMeter } from './store-meter.ts';

/** The operation that tells what a store takes. */
export function usageOperations(
  { storage, config }: RoomHost,
  document: Document,
  devices: Devices,
  shared: SharedStore,
): Handlers<UsageOperations> {
  const meter = new StoreMeter(storage, document);

  return {
    'describe-usage': async (author) => {
      if (!shared.roleOf(author)) return NO_SUCH_STORE;
      const { bytes, cost, changedAt } = await meter.measure();
      // Members may be removed meanwhile.
      if (!shared.roleOf(author)) return NO_SUCH_STORE;
      const account = author.member?.account;
      const shown = devices.list(
        ({ member }) => account === undefined || member?.account === account,
      );
      return succeed({
        name: shared.members.store?.name ?? null,
        bytes,
        cost,
        quota_bytes: config.MAX_STORE_BYTES,
        devices: shown.map(describe),
        last_changed_at: changedAt === null ? null : new Date(changedAt).toISOString(),
      });
    },
  };
}

const describe = ({ session_hash, protocol, member }: Device): ConnectedDevice => ({
  session: session_hash,
  protocol,
  ...(member && { account: member.account }),
});
