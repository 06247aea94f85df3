import type { Membership } from '../../src/protocol/membership.ts';
import { exponentialBackoff } from '../common/backoff.ts';
import type { ClientContext } from '../context.ts';
import { lazyCalls, loadOnce } from './lazy-calls.ts';
import type { StoreCalls } from './store-calls.ts';

/** The stores that the signed-in user shares with others: a live list, and calls about them. */
export type Stores = Pick<StoreCalls, keyof StoreCalls>;

const CALLS = [
  'list',
  'create',
  'get',
  'rename',
  'remove',
  'members',
  'setRole',
  'removeMember',
  'leave',
  'invite',
  'invitations',
  'revokeInvitation',
  'acceptInvitation',
] as const satisfies readonly (keyof Stores)[];

/** The delays before the code is requested again for a subscriber after a failure. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

type Listener = (stores: readonly Membership[] | undefined) => void;

/** Loads the code when it is first used, because many apps share no stores. */
export function createStores(context: ClientContext): Stores {
  let loaded: StoreCalls | undefined;
  const load = loadOnce('shared stores', async () => {
    const { StoreCalls } = await import('./store-calls.ts');
    loaded = new StoreCalls(context);
    return loaded;
  });
  return {
    get value() {
      return loaded?.value;
    },
    subscribe: (listener) => subscribeTo(load, listener),
    ...lazyCalls(load, CALLS),
  };
}

/** Subscribes as soon as the code is loaded. Returns a function that unsubscribes. */
function subscribeTo(load: () => Promise<StoreCalls>, listener: Listener): () => void {
  let isOver = false;
  let end = (): void => undefined;
  const start = (failures: number): void => {
    void load().then(
      (calls) => {
        if (!isOver) end = calls.subscribe(listener);
      },
      () => {
        const delay = exponentialBackoff(failures, FIRST_DELAY_MS, LONGEST_DELAY_MS);
        const timer = setTimeout(() => start(failures + 1), delay);
        end = () => clearTimeout(timer);
        if (isOver) end();
      },
    );
  };
  start(1);
  return () => {
    isOver = true;
    end();
  };
}
