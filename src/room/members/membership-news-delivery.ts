import { mapAtOnce } from '../../at-once.ts';
import { withDeadline } from '../../deadline.ts';
import { describeError } from '../../log.ts';
import type { MembershipOperations } from '../../operations/auth-room-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import type { Members } from './members.ts';
import type { QueuedNews } from './membership-news-queue.ts';

/** How long an auth room may take to answer, in milliseconds. */
const ANSWER = 8_000;

/** Tells auth rooms of the memberships of their accounts, until they have confirmed. */
export class MembershipNewsDelivery {
  readonly #host: RoomHost;
  readonly #members: Members;
  /** The accounts whose auth rooms are being told now. */
  readonly #telling = new Set<string>();

  constructor(host: RoomHost, members: Members) {
    this.#host = host;
    this.#members = members;
  }

  /**
   * When an auth room that is not being told now has to be told, in milliseconds since the epoch;
   * Infinity if none has.
   */
  get nextDue(): number {
    return this.#members.news.nextDue((queued) => !this.#isTelling(queued));
  }

  /** Tells what is due. Never rejects because an auth room fails: it is told again later. */
  async deliver(): Promise<void> {
    const due = this.#members.news.due(Date.now()).filter((queued) => !this.#isTelling(queued));
    for (const { news } of due) this.#telling.add(news.account);
    await mapAtOnce(due, (queued) => this.#attempt(queued));
    await this.#members.save();
  }

  #isTelling({ news }: QueuedNews): boolean {
    return this.#telling.has(news.account);
  }

  async #attempt(queued: QueuedNews): Promise<void> {
    try {
      await this.#tell(queued);
      this.#members.news.done(queued);
    } catch (error) {
      const isPlanned = this.#members.news.postpone(queued, Date.now());
      const { attempts } = queued;
      this.#host.log(isPlanned ? 'news-retry' : 'news-given-up', {
        attempts,
        ...describeError(error),
      });
    } finally {
      this.#telling.delete(queued.news.account);
    }
  }

  /** On PartyKit a room that an alarm woke cannot reach others. The next request tells them. */
  async #tell({ shard, news }: QueuedNews): Promise<void> {
    const room = this.#host.rooms()?.auth(shard);
    if (!room) throw new Error('no auth room can be reached from here');
    const told = call<MembershipOperations, 'set-membership'>(room, 'set-membership', news);
    const answer = await withDeadline(told, ANSWER);
    if (!answer.ok) throw new Error(answer.message);
  }
}
