import type { RuntimeEvents } from './common/runtime-events.ts';

export type { RuntimeEvents } from './common/runtime-events.ts';

/** The part of React Native's `AppState` that is used. */
export interface AppStateSource {
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

/** The part of `@react-native-community/netinfo` that is used. */
export interface NetInfoSource {
  addEventListener(
    listener: (state: { type: string; isConnected: boolean | null }) => void,
  ): () => void;
}

/**
 * Returns the `events` of `createClient` for React Native and Expo. Without NetInfo, a connection
 * notices a change of the network when the app comes to the foreground or the heartbeat is missed.
 */
export const reactNativeEvents = (
  appState: AppStateSource,
  netInfo?: NetInfoSource,
): RuntimeEvents => ({
  onResume: (listener) => onState(appState, (state) => state === 'active' && listener()),
  // iOS passes through `inactive` on the way to the background.
  onPause: (listener) => onState(appState, (state) => state === 'background' && listener()),
  ...(netInfo && { onOnlineChange: (listener) => onNetwork(netInfo, listener) }),
});

function onState(appState: AppStateSource, listener: (state: string) => void): () => void {
  const subscription = appState.addEventListener('change', listener);
  return () => subscription.remove();
}

/** NetInfo tells the present state to each new listener, and repeats it when details change. */
function onNetwork(netInfo: NetInfoSource, listener: () => void): () => void {
  let before: string | undefined;
  return netInfo.addEventListener(({ type, isConnected }) => {
    const now = `${type} ${isConnected}`;
    if (before !== undefined && now !== before) listener();
    before = now;
  });
}
