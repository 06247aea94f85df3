import type { SessionConnectionOptions } from '../../../../client/bindings/session-connection.ts';
import type {
  ConnectionState,
  Member,
  Membership,
  PresentDevice,
  Role,
  Session,
} from '../../../../client/index.ts';

/** The same small app is written in each framework. It shows one line of text. */

export type AppOptions = SessionConnectionOptions;

/** An app that is shown in an element. */
export interface ShownApp {
  unmount(): void;
}

export interface Framework {
  mount(options: AppOptions, target: Element): ShownApp;
  /** Shows the app in an element whose content a server has rendered. */
  hydrate(options: AppOptions, target: Element): ShownApp;
}

export interface Shown {
  ready: boolean;
  session: Session | undefined;
  state: ConnectionState;
  saved: boolean;
  /** A cell of the store, read with the framework's functions for TinyBase. */
  title: unknown;
  role?: Role | undefined;
  stores?: readonly Membership[] | undefined;
  members?: readonly Member[] | undefined;
  others?: readonly PresentDevice<string>[];
}

/** What the app sets as its presence when it is mounted. */
export const PRESENCE = 'reads';

/** The line of text that the app shows. */
export const line = ({
  ready,
  session,
  state,
  saved,
  title = 'no title',
  role,
  stores = [],
  members = [],
  others = [],
}: Shown): string =>
  [
    ...(ready ? [] : ['not ready']),
    session?.user.email ?? 'nobody',
    state.status,
    saved ? 'saved' : 'not saved',
    title,
    state.reason?.code ?? 'no reason',
    ...(role && role !== 'owner' ? [role] : []),
    ...stores.map(({ name }) => name),
    ...members.map(({ email }) => email),
    ...others.map(({ data }) => data),
  ].join(', ');
