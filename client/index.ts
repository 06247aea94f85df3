export type { RestoreResult, StoreHistory, StoreMoment } from '../src/protocol/http-api/history.ts';
export type {
  ListedSession,
  SessionDescription,
} from '../src/protocol/http-api/response-types.ts';
export type {
  Invitation,
  IssuedInvitation,
  Member,
  Membership,
  Role,
} from '../src/protocol/membership.ts';
export type { Credentials, PasswordChange } from './accounts.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
export type { CallOptions } from './common/deadline.ts';
export type { RuntimeEvents } from './common/runtime-events.ts';
export type { Connection, ConnectionOptions } from './connection/connection.ts';
export type {
  ConnectionState,
  ConnectionStatus,
  RefusedEdits,
} from './connection/connection-state.ts';
export type { Presence, PresentDevice } from './connection/presence.ts';
export { type FailureCode, TinyHostError } from './errors.ts';
export type { CreatePersister, OfflinePersister } from './offline/offline-copy.ts';
export type { AccountExport, ContentOf, NoSchemas, Schemas, StoreOf } from './schemas.ts';
export type { AsyncSessionStorage, SessionStorage } from './session/session-storage.ts';
export type { Session } from './session/stored-session.ts';
export type { History } from './stores/history.ts';
export type {
  HistoryOptions,
  MomentPage,
  PointInTime,
  RestoreOptions,
} from './stores/history-calls.ts';
export type { InvitationRequest } from './stores/store-calls.ts';
export type { Stores } from './stores/stores.ts';
