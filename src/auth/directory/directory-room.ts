import { normaliseAddress, normalisePrefix } from '../../email-address.ts';
import {
  type DirectoryOperations,
  MAX_DIRECTORY_PAGE,
} from '../../operations/directory-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { fail, succeed } from '../../protocol/errors.ts';
import { Directory } from './directory.ts';
import { ListedStores } from './listed-stores.ts';

/** Longer than every position: an address has at most 254 bytes, and an id 36. */
const MAX_TEXT = 1_000;

const INVALID_LIMIT = fail('invalid_field', `limit is 1 to ${MAX_DIRECTORY_PAGE}`, {
  field: 'limit',
});
const TOO_MANY = fail('invalid_field', `at most ${MAX_DIRECTORY_PAGE} ids`, { field: 'ids' });
const INVALID_CURSOR = fail('invalid_field', 'this is no cursor of the list', { field: 'cursor' });
const INVALID_ADDRESS = fail('invalid_field', 'this is not an address', { field: 'address' });
const INVALID_PREFIX = fail('invalid_field', 'no address begins like this', { field: 'prefix' });
const NO_ACCOUNT = fail('not_found', 'there is no account with this id');

/** The operations of the room with the directory of a namespace. */
export function directoryHandlers({ storage }: RoomHost): Handlers<DirectoryOperations> {
  return {
    async 'set-entry'({ entry }) {
      await storage.transaction((transaction) => new Directory(transaction).set(entry));
      return succeed({});
    },

    async 'set-store'({ store }) {
      await storage.transaction((transaction) => new ListedStores(transaction).set(store));
      return succeed({});
    },

    async 'set-entries'({ entries, stores = [], rebuild, is_import }) {
      await storage.transaction(async (transaction) => {
        const directory = new Directory(transaction);
        if (is_import) for (const { id } of entries) await directory.forgetDeletion(id);
        for (const entry of entries) await directory.set(entry, rebuild);
        const listed = new ListedStores(transaction);
        for (const store of stores) await listed.set(store, rebuild);
      });
      return succeed({});
    },

    async 'list-accounts'({ address, prefix = '', cursor, limit }) {
      if (!isLimit(limit)) return INVALID_LIMIT;
      if (prefix.length > MAX_TEXT) return INVALID_PREFIX;
      if (address !== undefined && address.length > MAX_TEXT) return INVALID_ADDRESS;
      if (cursor !== undefined && cursor.length > MAX_TEXT) return INVALID_CURSOR;
      const directory = new Directory(storage);
      if (address === undefined) {
        return succeed(await directory.list(normalisePrefix(prefix), cursor, limit));
      }
      // In the order of the list, a space follows an address.
      return succeed(await directory.list(`${normaliseAddress(address)} `, cursor, limit));
    },

    async 'find-account'({ id }) {
      const found = id.length > MAX_TEXT ? undefined : await new Directory(storage).find(id);
      return found ? succeed(found) : NO_ACCOUNT;
    },

    async 'find-accounts'({ ids }) {
      if (ids.length > MAX_DIRECTORY_PAGE) return TOO_MANY;
      const directory = new Directory(storage);
      const found = await Promise.all(ids.map((id) => directory.find(id)));
      return succeed({ accounts: found.filter((entry) => entry !== undefined) });
    },

    async 'list-stores'({ cursor, limit }) {
      if (!isLimit(limit)) return INVALID_LIMIT;
      if (cursor !== undefined && cursor.length > MAX_TEXT) return INVALID_CURSOR;
      return succeed(await new ListedStores(storage).list(cursor, limit));
    },

    async 'list-unseen-stores'({ rebuild, cursor, limit }) {
      if (!isLimit(limit)) return INVALID_LIMIT;
      return succeed(await new ListedStores(storage).listUnseen(rebuild, cursor, limit));
    },

    'count-entries': async () => succeed(await new Directory(storage).counts.read()),

    async 'list-unseen'({ rebuild, cursor, limit }) {
      if (!isLimit(limit)) return INVALID_LIMIT;
      return succeed(await new Directory(storage).listUnseen(rebuild, cursor, limit));
    },
  };
}

const isLimit = (limit: number): boolean =>
  Number.isInteger(limit) && limit >= 1 && limit <= MAX_DIRECTORY_PAGE;
