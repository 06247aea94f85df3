'use client';

export {
  useClient,
  useConnection,
  useConnectionState,
  useReady,
  useSaved,
  useSession,
} from './hooks.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.tsx';
