import type {
  AccountEventType,
  DeliveryList,
  HookEventType,
  IssuedHook,
  ListedHook,
  StoreChangedData,
} from '../protocol/http-api/hooks.ts';

/** The room of the auth party with the hooks of a namespace and their deliveries. */
export const hooksRoomName = (namespace: string): string => `hooks-${namespace}`;

export interface NewHook {
  url: string;
  events: HookEventType[];
}

/** What an accounts room tells of an account. */
export interface AccountEvent {
  /** The same one if it is told again. */
  id: string;
  type: AccountEventType;
  /** ISO 8601 in UTC. */
  timestamp: string;
  namespace: string;
  account: string;
}

/** Whether a namespace wants to know of changed stores, and for how many seconds that holds. */
export interface ChangeInterest {
  is_wanted: boolean;
  holds_seconds: number;
}

/** The operations of hooks rooms. */
export interface HookOperations {
  'create-hook': { input: NewHook; output: IssuedHook };
  'list-hooks': { input: Record<string, never>; output: { hooks: ListedHook[] } };
  /** Pauses a hook, or ends its pause. */
  'update-hook': { input: { id: string; is_paused: boolean }; output: ListedHook };
  /** Deletes a hook with its deliveries. */
  'delete-hook': { input: { id: string }; output: { message: string } };
  'list-deliveries': { input: { hook: string }; output: DeliveryList };
  /** Delivers a failed event once more, or a pending one at once. */
  'retry-delivery': { input: { hook: string; id: string }; output: { message: string } };
  /** An accounts room tells an event, once it is committed. */
  'account-event': { input: AccountEvent; output: Record<string, never> };
  'change-interest': { input: Record<string, never>; output: ChangeInterest };
  /** The room of a store tells what has changed. The output says whether it shall go on. */
  'store-changed': { input: { timestamp: string; data: StoreChangedData }; output: ChangeInterest };
}
