import type { CreatePersister } from '../offline/offline-copy.ts';
import type { RefusedEdits } from './connection-state.ts';

export interface ConnectionOptions {
  /**
   * The size of one fragment of a message, in bytes; 100,000 by default. With 0, messages are not
   * fragmented, and a message too large for a frame causes an exchange over HTTP.
   */
  fragmentSize?: number;
  /**
   * Whether to keep a copy of the store in IndexedDB for a start without network; false by default.
   * A function creates a TinyBase persister that keeps the copy elsewhere, for example in a file.
   * `eraseOffline` of the client has to erase that copy.
   */
  offline?: boolean | CreatePersister;
  /**
   * Whether the store shows the server's `heartbeat` value; true by default. If false, TinyBase's
   * checkpoints record only the app's own changes for undo and redo. `state.heartbeatAt` is set in
   * both cases.
   */
  heartbeat?: boolean;
  /** The id of a shared store; the user's private store by default. */
  store?: string | undefined;
  /** Called when the server has refused edits. It has undone them in the store. */
  onRefused?: (edits: RefusedEdits) => void;
}
