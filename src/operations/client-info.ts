/** The client of a request, for throttling and the list of sessions. */
export interface ClientInfo {
  /** The network address; empty if the engine does not tell it. */
  address: string;
  user_agent: string;
  /** The host name of the request, without a port. */
  host?: string;
}
