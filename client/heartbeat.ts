import type { MergeableStore } from 'tinybase';
import type { ServerClock } from './clock.ts';

/** The value that the server beats in; see the API document. */
export const HEARTBEAT = 'heartbeat';
/** After so many milliseconds without a beat, a connection counts as stale. */
const STALE_AFTER = 15_000;

export interface Pulse {
  /** Starts to expect beats: the connection has just become online. */
  start(): void;
  /** Expects none. */
  rest(): void;
  stop(): void;
}

/** Watches the server's heartbeat: `onBeat` at each that comes live, `onStale` when none did. */
export function watchPulse(
  store: MergeableStore,
  clock: ServerClock,
  onBeat: (at: number) => void,
  onStale: () => void,
): Pulse {
  let expecting = false;
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const expect = () => {
    clearTimeout(timeout);
    timeout = setTimeout(onStale, STALE_AFTER);
  };
  const listener = store.addValueListener(HEARTBEAT, (_store, _id, beat) => {
    const serverTime = Date.parse(`${beat}`);
    if (Number.isNaN(serverTime)) return;
    // How long a beat was on its way is unknown, but it is never of the future.
    clock.learn(serverTime);
    if (!expecting) return;
    expect();
    onBeat(Date.now());
  });
  const rest = () => {
    expecting = false;
    clearTimeout(timeout);
  };
  return {
    start() {
      expecting = true;
      expect();
    },
    rest,
    stop() {
      rest();
      store.delListener(listener);
    },
  };
}
