'use client';

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
} from './hooks.ts';
export { TinyHostProvider, type TinyHostProviderProps } from './provider.tsx';
