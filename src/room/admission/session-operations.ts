import type { Handlers } from '../../operations/room-calls.ts';
import type { UserOperations } from '../../operations/user-room-operations.ts';
import type { Log } from '../../platform.ts';
import { succeed } from '../../protocol/errors.ts';
import type { Devices } from '../devices.ts';
import type { EndedSessions } from './ended-sessions.ts';

/** The operations by which auth rooms tell of sessions. */
export const sessionOperations = (
  log: Log,
  devices: Devices,
  ended: EndedSessions,
): Handlers<UserOperations> => ({
  'end-sessions': async ({ session_hashes, close }) => {
    await ended.add(session_hashes, Date.now());
    const closed = devices.close(close, (device) => session_hashes.includes(device.session_hash));
    log('end-sessions', { reason: close, closed });
    return succeed({ closed });
  },

  'renew-session': async ({ session_hash, expires_at }) => {
    const renewed = devices.renew(session_hash, expires_at);
    log('renew-session', { renewed });
    return succeed({ renewed });
  },
});
