import { withDeadline } from '../../deadline.ts';
import { describeError } from '../../log.ts';
import {
  type ChangeInterest,
  type HookOperations,
  hooksRoomName,
} from '../../operations/hook-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomHost, RoomStub } from '../../platform.ts';
import type { Document } from '../content/document.ts';
import type { Publication } from '../content/publication.ts';
import { describeChanges, hasChangedSince } from './describe-changes.ts';
import { loadState, type NewsState, newState, saveState } from './news-state.ts';
import { UntoldChanges } from './untold-changes.ts';

/** How long the hooks room may take to answer, in milliseconds. */
const ANSWER = 8_000;

/** The pauses after failures, in milliseconds: the first one doubles until the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 3_600_000;

/** Where a store belongs. */
interface Home {
  namespace: string;
  store: string;
  is_shared: boolean;
}

interface NewsHooks {
  /** The store of the room; undefined until the room knows whose it is. */
  home(): Home | undefined;
  /** Sets the alarm for what the room has to do next. */
  planAlarm(): Promise<void>;
  /** Ends the room because storage refused a write. */
  fail(error: unknown): void;
}

/**
 * Tells the hooks of the namespace which rows have changed. An edit only marks that there is
 * something to tell; what it is stands in the log, also after a restart. If no hook wants to know,
 * the room asks at most once in the time for which that answer holds.
 */
export class ChangeNews {
  readonly #host: RoomHost;
  readonly #document: Document;
  readonly #hooks: NewsHooks;
  /** Undefined until the room knows its namespace, and without OPERATOR_KEY. */
  #state: NewsState | undefined;
  #untold: UntoldChanges | undefined;
  #isTelling = false;
  #failures = 0;
  /** Until then the hooks room is left alone, in milliseconds since the epoch. */
  #restsUntil = 0;
  #isStopped = false;

  constructor(host: RoomHost, document: Document, hooks: NewsHooks) {
    this.#host = host;
    this.#document = document;
    this.#hooks = hooks;
  }

  /** Call it when the log is open. Throws a NewerFormatError. */
  async load(): Promise<void> {
    if (!this.#isOn || this.#isStopped) return;
    this.#state = await loadState(this.#host.storage);
    const now = Date.now();
    if (!this.#state || !this.#listens(now)) return;
    if (!hasChangedSince(this.#document, this.#state.told)) return;
    this.#untold = new UntoldChanges(now);
    this.#untold.origins.addOther();
    await this.#hooks.planAlarm();
  }

  /** Without OPERATOR_KEY nobody can create hooks. */
  get #isOn(): boolean {
    return this.#host.config.OPERATOR_KEY !== undefined;
  }

  /** Begins when the room knows to which namespace its store belongs. */
  begin(): void {
    if (this.#state || !this.#isOn || this.#isStopped || !this.#hooks.home()) return;
    const told = hasChangedSince(this.#document, '') ? this.#document.cursor() : '';
    this.#save(newState(told)).catch((error: unknown) => this.#hooks.fail(error));
  }

  /** Marks that there are changes to tell. It is called for every edit. */
  note({ written, isHeartbeat }: Publication): void {
    if (isHeartbeat || !this.#state) return;
    const now = Date.now();
    if (!this.#untold) {
      if (!this.#listens(now)) return;
      this.#untold = new UntoldChanges(now);
      this.#hooks.planAlarm().catch((error: unknown) => this.#hooks.fail(error));
    }
    this.#untold.note(written, now);
  }

  #listens(now: number): boolean {
    const { is_wanted = false, holds_until = 0 } = this.#state ?? {};
    return is_wanted || now >= holds_until;
  }

  /** When there is something to tell, in milliseconds since the epoch; Infinity for never. */
  get nextDue(): number {
    if (!this.#untold || this.#isTelling || this.#isStopped) return Number.POSITIVE_INFINITY;
    return Math.max(this.#untold.due, this.#restsUntil);
  }

  /** Tells what is due. Does not reject: it is told later if the hooks room fails. */
  async deliver(): Promise<void> {
    if (this.nextDue > Date.now()) return;
    this.#isTelling = true;
    try {
      await this.#tell();
      this.#failures = 0;
    } catch (error) {
      this.#rest(error);
    } finally {
      this.#isTelling = false;
    }
    if (this.#untold && !this.#isStopped) {
      await this.#hooks.planAlarm().catch((error: unknown) => this.#hooks.fail(error));
    }
  }

  /** From now on nothing is told or stored. */
  stop(): void {
    this.#isStopped = true;
  }

  #rest(error: unknown): void {
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures);
    this.#failures += 1;
    this.#restsUntil = Date.now() + pause;
    this.#host.log('change-news-retry', { attempts: this.#failures, ...describeError(error) });
  }

  /** On PartyKit a room that an alarm woke cannot reach others. A later life of it can. */
  async #tell(): Promise<void> {
    const home = this.#hooks.home();
    const room = home && this.#host.rooms()?.auth(hooksRoomName(home.namespace));
    if (!room) throw new Error('no hooks room can be reached from here');
    const untold = this.#untold!;
    if (!this.#state!.is_wanted) {
      const interest = await ask(room, 'change-interest', {});
      if (!interest.is_wanted) {
        this.#untold = undefined;
        return this.#remember(interest, this.#document.cursor());
      }
      this.#state = { ...this.#state!, is_wanted: true };
    }
    this.#untold = undefined;
    try {
      await this.#tellChanges(room, home, untold);
    } catch (error) {
      this.#putBack(untold);
      throw error;
    }
  }

  #putBack(untold: UntoldChanges): void {
    this.#untold = this.#untold?.after(untold) ?? untold;
  }

  async #tellChanges(room: RoomStub, home: Home, { origins }: UntoldChanges): Promise<void> {
    // What changes while the log is read is told once more.
    const reached = this.#document.cursor();
    const changes = await describeChanges(this.#document, this.#state!.told);
    if (!changes || this.#isStopped) return;
    const { etag, tables, values } = changes;
    const interest = await ask(room, 'store-changed', {
      timestamp: new Date().toISOString(),
      data: { ...home, etag, tables, values, origin: origins.list },
    });
    await this.#remember(interest, reached);
  }

  #remember({ is_wanted, holds_seconds }: ChangeInterest, told: string): Promise<void> {
    const holds_until = Date.now() + holds_seconds * 1_000;
    return this.#save({ ...this.#state!, told, is_wanted, holds_until });
  }

  async #save(state: NewsState): Promise<void> {
    if (this.#isStopped) return;
    this.#state = state;
    await saveState(this.#host.storage, state);
  }
}

/** Calls an operation of the hooks room. Throws if it fails. */
async function ask<Name extends 'change-interest' | 'store-changed'>(
  room: RoomStub,
  name: Name,
  input: HookOperations[Name]['input'],
): Promise<ChangeInterest> {
  const answer = await withDeadline(call<HookOperations, Name>(room, name, input), ANSWER);
  if (!answer.ok) throw new Error(answer.message);
  return answer.value;
}
