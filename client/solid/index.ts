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
  useStores,
} from './primitives.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.ts';
