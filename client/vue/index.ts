export type { SessionConnectionOptions as TinyHostOptions } from '../bindings/session-connection.ts';
export {
  type PresenceOf,
  useClient,
  useConnection,
  useConnectionState,
  useMembers,
  usePresence,
  useReady,
  useRole,
  useSaved,
  useSession,
  useStore,
  useStores,
} from './composables.ts';
export { provideTinyHost } from './provide.ts';
export { useCell, useRow, useRowIds, useTable, useValue, useValues } from './store-composables.ts';
export { type ComposablesWithSchemas, withSchemas } from './with-schemas.ts';
