export type { AccountExport, ListedSession, SessionDescription } from '../src/protocol/answers.ts';
export type { Credentials, PasswordChange } from './accounts.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
export type { Connection, ConnectionOptions } from './connection.ts';
export type { CallOptions } from './deadline.ts';
export { type FailureCode, TinyHostError } from './errors.ts';
export type { Session } from './session.ts';
export type { ConnectionState, ConnectionStatus } from './status.ts';
export type { SessionStorage } from './storage.ts';
