/** The columns of the report, in order. */
export const SERVERS = ['durable-object', 'node', 'relay', 'durable-relay', 'ours'] as const;
export type ServerName = (typeof SERVERS)[number];

/** A running server. */
export interface Server {
  /** The root of its process tree. */
  readonly pid: number;
  /** The `http://` URL. A restart changes it. */
  readonly url: string;
  /** Creates an empty room. */
  newRoom(): Promise<Room>;
  /** Stops the server gracefully, and starts it again with the same storage. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Room {
  /** The `ws://` URL for a device. A restart of the server changes it. */
  url(): string;
}
