export {
  useClient,
  useConnection,
  useConnectionState,
  useSaved,
  useSession,
} from './primitives.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.ts';
