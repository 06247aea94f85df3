/** The servers that are compared, in the order of the report's columns. */
export const SERVERS = ['durable-object', 'node', 'relay', 'durable-relay', 'ours'] as const;
export type ServerName = (typeof SERVERS)[number];

/** A server that is running. */
export interface Server {
  /** The root of its process tree. */
  readonly pid: number;
  /** Where a new, empty room is: the `ws://` URL of a device, valid until the next restart. */
  newRoom(): Promise<Room>;
  /** Ends it in good order and starts it again on what it has stored. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Room {
  /** The `ws://` URL that a device opens; another one after a restart. */
  url(): string;
}
