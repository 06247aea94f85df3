import type { Handlers } from '../../../operations/room-calls.ts';
import type { StoresNewsOperations } from '../../../operations/user-room-operations.ts';
import type { Connection } from '../../../platform.ts';
import { succeed } from '../../../protocol/errors.ts';
import { writeNotice } from '../../../protocol/notice.ts';
import { type Devices, deviceOf } from '../../devices.ts';

/** The operation by which an auth room tells a private room of its account's shared stores. */
export const storesNewsOperations = (
  devices: Devices,
  notify: (connection: Connection, body: string) => unknown,
): Handlers<StoresNewsOperations> => ({
  'stores-changed': async () => {
    const notice = writeNotice('stores', new Date().toISOString());
    for (const connection of devices.speaking('sync')) {
      if (deviceOf(connection)?.resumes) notify(connection, notice);
    }
    return succeed({});
  },
});
