'use client';

export {
  useClient,
  useConnection,
  useConnectionState,
  useReady,
  useRole,
  useSaved,
  useSession,
  useStores,
} from './hooks.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.tsx';
