import { encodeBase64 } from '@oslojs/encoding';
import type { LogKeyOperations } from '../../operations/auth-room-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { succeed } from '../../protocol/errors.ts';

const STORED = 'log-key';
const KEY_BYTES = 32;

export const randomKey = (): Uint8Array => crypto.getRandomValues(new Uint8Array(KEY_BYTES));

/** The operation of the one room that makes the key of the logs' pseudonyms and keeps it. */
export function logKeyHandlers({ storage }: RoomHost): Handlers<LogKeyOperations> {
  return {
    'log-key': () =>
      storage.transaction(async (transaction) => {
        const stored = await transaction.get<string>(STORED);
        const key = stored ?? encodeBase64(randomKey());
        if (stored === undefined) await transaction.put(STORED, key);
        return succeed({ key });
      }),
  };
}
