/**
 * React Native's AppState and NetInfo, with the contracts that their documentation states. The real
 * modules need a device or an emulator.
 */
export class FakeAppState {
  readonly #listeners = new Set<(state: string) => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  addEventListener(_: 'change', listener: (state: string) => void) {
    this.#listeners.add(listener);
    return { remove: () => void this.#listeners.delete(listener) };
  }

  change(state: 'active' | 'inactive' | 'background'): void {
    for (const listener of [...this.#listeners]) listener(state);
  }
}

interface NetInfoState {
  type: string;
  isConnected: boolean | null;
}

export class FakeNetInfo {
  readonly #listeners = new Set<(state: NetInfoState) => void>();
  #state: NetInfoState = { type: 'wifi', isConnected: true };

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Calls each new listener soon with the present state. */
  addEventListener(listener: (state: NetInfoState) => void): () => void {
    this.#listeners.add(listener);
    queueMicrotask(() => listener(this.#state));
    return () => void this.#listeners.delete(listener);
  }

  /** Also reports changes of details that are not in the state here, such as the signal's strength. */
  change(state: NetInfoState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** An `AbortSignal` of React Native, which has neither `reason` nor `throwIfAborted`. */
export class PoorAbortController {
  readonly signal = Object.assign(new EventTarget(), { aborted: false });

  abort(): void {
    this.signal.aborted = true;
    this.signal.dispatchEvent(new Event('abort'));
  }
}
