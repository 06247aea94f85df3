import { createContext, useContext } from 'react';
import type { StoreMirror } from './store-mirror.ts';

/** The store that is shown. */
export interface Shown {
  mirror: StoreMirror;
  isReadOnly: boolean;
}

export const ShownStore = createContext<Shown | undefined>(undefined);

export const useShownStore = (): Shown => useContext(ShownStore)!;
