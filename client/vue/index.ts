export type { SessionConnectionOptions as TinyHostOptions } from '../common/session-connection.ts';
export {
  useClient,
  useConnection,
  useConnectionState,
  useReady,
  useSaved,
  useSession,
  useStore,
} from './composables.ts';
export { provideTinyHost } from './provide.ts';
export { useCell, useRow, useRowIds, useTable, useValue, useValues } from './store-composables.ts';
export { type ComposablesWithSchemas, withSchemas } from './with-schemas.ts';
