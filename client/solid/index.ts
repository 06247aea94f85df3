export {
  useClient,
  useConnection,
  useConnectionState,
  useReady,
  useSaved,
  useSession,
} from './primitives.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.ts';
