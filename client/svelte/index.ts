export type { SessionConnectionOptions as TinyHostOptions } from '../common/session-connection.ts';
export { getTinyHost, setTinyHost } from './context.ts';
export type { TinyHost } from './tiny-host.ts';
