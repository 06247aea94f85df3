import { createContext, useContext } from 'react';

/** Shows a message at the top of the page. An empty text removes it. */
export type ShowMessage = (text: string) => void;

export const Messages = createContext<ShowMessage>(() => undefined);

export const useMessages = (): ShowMessage => useContext(Messages);
