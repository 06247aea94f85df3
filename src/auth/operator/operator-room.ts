import { logName } from '../../log.ts';
import type { OperatorOperations } from '../../operations/auth-room-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { fail, succeed } from '../../protocol/errors.ts';
import { OperatorKeys, today } from './operator-keys.ts';

const UNKNOWN_KEY = fail('unauthorized', 'this is not a valid key');
const NO_SUCH_KEY = fail('not_found', 'there is no such key');

/** The operations of the one room that keeps the keys that the operator has issued. */
export function operatorHandlers({ storage, log }: RoomHost): Handlers<OperatorOperations> {
  return {
    async 'create-key'(input) {
      const created = await storage.transaction((writes) => new OperatorKeys(writes).add(input));
      if (created.ok) log('key-created', { key: logName(created.value.id) });
      return created;
    },
    'list-keys': async () => succeed({ keys: await new OperatorKeys(storage).list() }),
    async 'revoke-key'({ id }) {
      const found = await storage.transaction((writes) => new OperatorKeys(writes).remove(id));
      if (!found) return NO_SUCH_KEY;
      log('key-revoked', { key: logName(id) });
      return succeed({ message: 'Key revoked' });
    },
    async 'check-key'({ key_hash }) {
      const key = await new OperatorKeys(storage).find(key_hash);
      if (!key) return UNKNOWN_KEY;
      if (key.last_used_on !== today()) {
        await storage.transaction((writes) => new OperatorKeys(writes).markUsed(key_hash));
      }
      return succeed({ id: key.id, namespace: key.namespace, scopes: key.scopes });
    },
    'recheck-key': async ({ id }) =>
      (await new OperatorKeys(storage).has(id)) ? succeed({}) : UNKNOWN_KEY,
  };
}
