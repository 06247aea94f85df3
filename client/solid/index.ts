export {
  type PresenceOf,
  useClient,
  useConnection,
  useConnectionState,
  usePresence,
  useReady,
  useRole,
  useSaved,
  useSession,
  useStores,
} from './primitives.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.ts';
