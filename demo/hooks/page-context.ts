import { createContext, useContext } from 'react';
import type { SharedList } from '../lists/shown-list.ts';
import type { MailLink } from '../welcome/mail-link.ts';

/** The forms for signing in. */
export type FormName = 'sign-in' | 'sign-up' | 'forgot';

/** What every part of the page can do with the page. */
export interface PageActions {
  /** Shows a message at the top of the page. An empty text removes it. */
  showMessage(text: string): void;
  /** Shows one of the forms for signing in. */
  showForm(name: FormName): void;
  /** Opens the dialog for a token of a mail. The token may be empty. */
  openMailDialog(link: MailLink): void;
  /** Shows a shared list, or the private one, and a message. */
  showList(list?: SharedList, message?: string): void;
}

export const Page = createContext<PageActions | undefined>(undefined);

export const usePage = (): PageActions => useContext(Page)!;
