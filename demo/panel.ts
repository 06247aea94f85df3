import type { Client } from '../client/index.ts';

/** What every panel of the page is given. */
export interface Panel {
  client: Client;
  connection: ReturnType<Client['connect']>;
  /** Aborts when the workspace closes; ends listeners and calls. */
  signal: AbortSignal;
}
