import { withDeadline } from '../../deadline.ts';
import { describeError } from '../../log.ts';
import type { NewHook } from '../../operations/hook-operations.ts';
import type { RoomHost } from '../../platform.ts';
import type { HookEvent } from '../../protocol/http-api/hooks.ts';
import type { JobFailureCode } from '../outbox/job-failure.ts';
import { coalesce } from './coalesce.ts';
import { afterFailure, type Delivery, newDelivery, subjectOf } from './delivery.ts';
import { DeliveryQueue, type Queued } from './delivery-queue.ts';
import { Dispatcher, Target } from './dispatcher.ts';
import { HookStorage } from './hook-storage.ts';
import { newHook, type StoredHook } from './stored-hook.ts';

/** Pending deliveries of one hook, and the characters of their events: 20 MB for all hooks. */
const MAX_PENDING = 1_000;
const MAX_CHARACTERS = 2_000_000;

/** When an attempt is repeated that the end of the room has interrupted, in milliseconds. */
const LEASE = 15_000;

/** How long an alarm waits for receivers, in milliseconds. */
const ALARM_DEADLINE = 25_000;

/** Least milliseconds until an alarm, so that no fault can make it ring without pause. */
const ALARM_PAUSE = 1_000;

/** The status of a receiver that wants no more requests (Standard Webhooks 1.0.0). */
const GONE: JobFailureCode = 'status-410';

/**
 * The hooks of a namespace. What they have to be told is stored before an operation is answered, and
 * is then sent from memory. Everything is in memory, up to the bounds above.
 */
export class Hooks {
  readonly #host: RoomHost;
  readonly #storage: HookStorage;
  readonly #dispatcher: Dispatcher;
  #targets = new Map<string, Target>();
  /** When the alarm rings, in milliseconds since the epoch, as far as this life of the room knows. */
  #alarmAt = 0;

  constructor(host: RoomHost) {
    this.#host = host;
    this.#storage = new HookStorage(host.storage);
    this.#dispatcher = new Dispatcher({
      targets: () => this.#targets.values(),
      delivered: (target, queued) => this.#delivered(target, queued),
      failed: (target, queued, code) => this.#failed(target, queued, code),
      broken: (error) => host.log('error', describeError(error)),
    });
  }

  async load(): Promise<void> {
    this.#targets = await this.#storage.load();
  }

  get all(): StoredHook[] {
    const hooks = Array.from(this.#targets.values(), ({ hook }) => hook);
    return hooks.sort((one, other) => one.created_at - other.created_at);
  }

  get(id: string): Target | undefined {
    return this.#targets.get(id);
  }

  async create(input: NewHook): Promise<StoredHook> {
    const hook = newHook(input);
    this.#targets.set(hook.id, new Target(hook, new DeliveryQueue()));
    await this.#storage.putHook(hook);
    return hook;
  }

  async setPaused(target: Target, is_paused: boolean): Promise<void> {
    target.hook = { ...target.hook, is_paused };
    if (!is_paused) target.noteRecovery();
    await this.#storage.putHook(target.hook);
    await this.send();
  }

  async delete({ hook }: Target): Promise<void> {
    this.#targets.delete(hook.id);
    await this.#storage.removeHook(hook.id);
  }

  /** Stores an event for every hook that wants it, and begins to send it. */
  async tell(event: HookEvent, id: string): Promise<void> {
    const wanting = [...this.#targets.values()].filter(
      ({ hook }) => !hook.is_paused && hook.events.includes(event.type),
    );
    const queued = wanting.map((target) => enqueue(target, event, id, this.#storage));
    await this.#storage.put(...queued.filter((added) => added !== undefined));
    for (const target of wanting) await this.#dropOldest(target);
    if (wanting.length > 0) await this.send();
  }

  /** The failed deliveries of a hook, oldest first. */
  async failed({ hook }: Target): Promise<Delivery[]> {
    const failed: Delivery[] = [];
    for await (const [, delivery] of this.#storage.failed(hook.id)) failed.push(delivery);
    return failed;
  }

  /** Attempts a delivery at once. Returns whether there is one. */
  async retry(target: Target, id: string): Promise<boolean> {
    const pending = target.queue.find(id) ?? (await this.#revive(target, id));
    if (!pending) return false;
    target.hurry(pending);
    await this.send();
    return true;
  }

  async #revive(target: Target, id: string): Promise<Queued | undefined> {
    for await (const [key, delivery] of this.#storage.failed(target.hook.id)) {
      if (delivery.id !== id) continue;
      // It may have come back while the list was read.
      const known = target.queue.find(id);
      if (known) return known;
      const renewed = { ...newDelivery(id, delivery.event), created_at: delivery.created_at };
      const queued = target.queue.add(this.#storage.newKey(target.hook.id), renewed);
      await this.#storage.revive(key, queued);
      await this.#dropOldest(target);
      return queued;
    }
    return undefined;
  }

  /** Begins to send what is due, and sets the alarm for the rest. */
  async send(): Promise<void> {
    this.#dispatcher.start();
    await this.#planAlarm();
  }

  /**
   * Sends what is due when the alarm rings. Waits for the receivers: PartyKit may discard a room
   * after its alarm. An engine repeats the alarm of a room that ends meanwhile.
   */
  async sendByAlarm(): Promise<void> {
    this.#alarmAt = 0;
    this.#dispatcher.start();
    await withDeadline(this.#dispatcher.settle(), ALARM_DEADLINE).catch(() => undefined);
    await this.#planAlarm();
  }

  async #delivered({ queue }: Target, queued: Queued): Promise<void> {
    if (queue.remove(queued)) await this.#storage.remove(queued);
  }

  async #failed(target: Target, queued: Queued, code: JobFailureCode): Promise<void> {
    // The hook may be gone, or the delivery was dropped.
    if (this.#targets.get(target.hook.id) !== target) return;
    target.queue.replace(queued, afterFailure(queued.delivery, code));
    const { attempts, due } = queued.delivery;
    const isLast = due === Number.POSITIVE_INFINITY || code === GONE;
    this.#host.log(isLast ? 'hook-given-up' : 'hook-retry', { attempts, reason: code });
    if (isLast) await this.#giveUp(target, queued);
    else await this.#storage.put(queued);
    if (code === GONE) await this.setPaused(target, true);
    await this.#planAlarm();
  }

  async #giveUp(target: Target, queued: Queued): Promise<void> {
    target.queue.remove(queued);
    await this.#storage.fail(queued);
  }

  async #dropOldest(target: Target): Promise<void> {
    const { queue } = target;
    while (queue.count > MAX_PENDING || queue.characters > MAX_CHARACTERS) {
      const oldest = queue.oldest();
      if (!oldest) return;
      queue.replace(oldest, { ...oldest.delivery, last_failure: 'queue-full' });
      await this.#giveUp(target, oldest);
    }
  }

  /** An earlier alarm than needed does no harm, and is not moved: that would be a write. */
  async #planAlarm(): Promise<void> {
    const now = Date.now();
    const due = Math.min(...Array.from(this.#targets.values(), ({ nextDue }) => nextDue));
    const isSending = [...this.#targets.values()].some(({ running }) => running > 0);
    const repeat = isSending ? now + LEASE : Number.POSITIVE_INFINITY;
    const next = Math.max(Math.min(due, repeat), now + ALARM_PAUSE);
    if (next === Number.POSITIVE_INFINITY) return;
    if (this.#alarmAt > now && this.#alarmAt <= next) return;
    this.#alarmAt = next;
    await this.#host.storage.setAlarm(next);
  }
}

/**
 * Adds an event to the queue of a hook. A change of a store joins an earlier one that was not sent
 * yet: a receiver may know one that was attempted. Undefined if the event is queued already.
 */
function enqueue(
  { hook, queue }: Target,
  event: HookEvent,
  id: string,
  storage: HookStorage,
): Queued | undefined {
  if (queue.find(id)) return undefined;
  const last = queue.lastOf(subjectOf(event));
  const isUntouched = last && !last.isRunning && last.delivery.attempts === 0;
  const joined = isUntouched ? coalesce(last.delivery.event, event) : undefined;
  if (!last || !joined) return queue.add(storage.newKey(hook.id), newDelivery(id, event));
  queue.replace(last, { ...last.delivery, event: joined });
  return last;
}
