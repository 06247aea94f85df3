import { logName } from '../../log.ts';
import type { ChangeInterest, HookOperations } from '../../operations/hook-operations.ts';
import { type Handlers, type Route, routesOf, serve } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { DeliveryList } from '../../protocol/http-api/hooks.ts';
import { describeDelivery } from './delivery.ts';
import type { Target } from './dispatcher.ts';
import { Hooks } from './hooks.ts';
import { describeHook } from './stored-hook.ts';

/** The most hooks of a namespace. */
const MAX_HOOKS = 10;

/** The most pending deliveries in a list. */
const MAX_LISTED = 100;

/** How long a room relies on what it was told of the interest in its changes, in seconds. */
const INTEREST_HOLDS = 300;

const TOO_MANY = fail('limit_reached', `a namespace can have ${MAX_HOOKS} hooks`, {
  field: 'hooks',
});
const NO_HOOK = fail('not_found', 'there is no such hook');
const NO_DELIVERY = fail('not_found', 'there is no such delivery');

/** The room with the hooks of a namespace. */
export class HooksRoom {
  readonly #hooks: Hooks;
  readonly #routes: Record<string, Route>;
  /** Whether an earlier life of the room may have left deliveries. */
  #hasResumed = false;

  constructor(host: RoomHost) {
    this.#hooks = new Hooks(host);
    this.#routes = routesOf(hookHandlers(host, this.#hooks));
  }

  start(): Promise<void> {
    return this.#hooks.load();
  }

  /** PartyKit's dev server forgets alarms, so that the first request sends what is due as well. */
  async request(request: Request): Promise<Response | undefined> {
    if (!this.#hasResumed) await this.#hooks.send();
    this.#hasResumed = true;
    return serve(this.#routes, request);
  }

  alarm(): Promise<void> {
    return this.#hooks.sendByAlarm();
  }
}

/** The operations of the room. The secret of a hook is told once, and never logged. */
function hookHandlers({ log }: RoomHost, hooks: Hooks): Handlers<HookOperations> {
  return {
    async 'create-hook'(input) {
      if (hooks.all.length >= MAX_HOOKS) return TOO_MANY;
      const hook = await hooks.create(input);
      log('hook-created', { hook: logName(hook.id) });
      return succeed({ ...describeHook(hook), secret: hook.secret });
    },
    'list-hooks': async () => succeed({ hooks: hooks.all.map(describeHook) }),
    'update-hook': ({ id, is_paused }) =>
      withHook(id, async (target) => {
        await hooks.setPaused(target, is_paused);
        return succeed(describeHook(target.hook));
      }),
    'delete-hook': ({ id }) =>
      withHook(id, async (target) => {
        await hooks.delete(target);
        log('hook-deleted', { hook: logName(id) });
        return succeed({ message: 'Hook deleted' });
      }),
    'list-deliveries': ({ hook }) =>
      withHook(hook, async (target) => succeed(await listDeliveries(hooks, target))),
    'retry-delivery': ({ hook, id }) =>
      withHook(hook, async (target) =>
        (await hooks.retry(target, id)) ? succeed({ message: 'Delivery begins' }) : NO_DELIVERY,
      ),
    async 'account-event'({ id, type, timestamp, namespace, account }) {
      await hooks.tell({ type, timestamp, data: { namespace, account } }, id);
      return succeed({});
    },
    'change-interest': async () => succeed(interest()),
    async 'store-changed'({ timestamp, data }) {
      const id = `msg_${crypto.randomUUID()}`;
      await hooks.tell({ type: 'store.changed', timestamp, data }, id);
      return succeed(interest());
    },
  };

  async function withHook<Value>(
    id: string,
    run: (target: Target) => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    const target = hooks.get(id);
    return target ? run(target) : NO_HOOK;
  }

  function interest(): ChangeInterest {
    const is_wanted = hooks.all.some(
      ({ is_paused, events }) => !is_paused && events.includes('store.changed'),
    );
    return { is_wanted, holds_seconds: INTEREST_HOLDS };
  }
}

async function listDeliveries(hooks: Hooks, target: Target): Promise<DeliveryList> {
  const pending = [...target.queue.all];
  const failed = await hooks.failed(target);
  return {
    pending: pending.length,
    failed: failed.length,
    deliveries: [
      ...pending.slice(0, MAX_LISTED).map(({ delivery }) => describeDelivery(delivery, 'pending')),
      ...failed.reverse().map((delivery) => describeDelivery(delivery, 'failed')),
    ],
  };
}
