export {
  useClient,
  useConnection,
  useConnectionState,
  useReady,
  useRole,
  useSaved,
  useSession,
  useStores,
} from './primitives.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.ts';
