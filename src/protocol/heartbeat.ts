/** The id of the value that the server writes as a heartbeat: an ISO 8601 time. */
export const HEARTBEAT_ID = 'heartbeat';

/** Seconds between two heartbeats, unless HEARTBEAT_SECONDS says otherwise. A ticket tells clients. */
export const DEFAULT_HEARTBEAT_SECONDS = 10;
