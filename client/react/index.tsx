'use client';

export {
  useClient,
  useConnection,
  useConnectionState,
  useSaved,
  useSession,
} from './hooks.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.tsx';
