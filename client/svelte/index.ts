export type { SessionConnectionOptions as TinyHostOptions } from '../bindings/session-connection.ts';
export { getTinyHost, setTinyHost } from './context.ts';
export type { TinyHost } from './tiny-host.ts';
