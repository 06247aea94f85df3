import type { Client } from '../../client/index.ts';

/** What each panel of the page needs. */
export interface Panel {
  client: Client;
  connection: ReturnType<Client['connect']>;
  /** Aborts when the workspace closes, to end listeners and calls. */
  signal: AbortSignal;
}
