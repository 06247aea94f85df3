import {
  type Handlers,
  type Operations,
  refuse,
  routesOf,
  serve,
} from '../operations/room-calls.ts';
import type { AuthHost } from '../platform.ts';
import { fail } from '../protocol/errors.ts';
import { AccountsRoom } from './accounts/accounts-room.ts';
import { logKeyHandlers } from './audit/log-key-room.ts';
import { directoryHandlers } from './directory/directory-room.ts';
import { HooksRoom } from './hooks/hooks-room.ts';
import { mailCounterHandlers } from './mail/mail-counter.ts';
import { operatorHandlers } from './operator/operator-room.ts';
import { hashingHandlers } from './passwords/hashing-room.ts';
import { requestCounterHandlers } from './rate-limit/request-counter.ts';
import { kindByStorage, kindOf, type RoomKind } from './room-names.ts';

/** What each kind of room implements. */
interface PartyRoom {
  start?(): Promise<void>;
  /** Undefined for an operation that this kind of room does not have. */
  request(request: Request): Promise<Response | undefined>;
  alarm?(): Promise<void>;
}

const OPENERS: Record<RoomKind, (host: AuthHost) => PartyRoom> = {
  accounts: (host) => new AccountsRoom(host),
  hashing: (host) => serving(hashingHandlers(host)),
  'request-counter': (host) => serving(requestCounterHandlers(host)),
  'mail-counter': (host) => serving(mailCounterHandlers(host)),
  'log-key': (host) => serving(logKeyHandlers(host)),
  operator: (host) => serving(operatorHandlers(host)),
  directory: (host) => serving(directoryHandlers(host)),
  hooks: (host) => new HooksRoom(host),
};

/** A room of the auth party: the one class behind both engines' doors, for every kind of room. */
export class AuthRoom {
  readonly #host: AuthHost;
  #room: PartyRoom | undefined;

  constructor(host: AuthHost) {
    this.#host = host;
  }

  /** Has to end before the first request or alarm. */
  async start(): Promise<void> {
    const name = this.#host.name();
    const kind = name === undefined ? await kindByStorage(this.#host.storage) : kindOf(name);
    this.#room = kind && OPENERS[kind](this.#host);
    await this.#room?.start?.();
  }

  async request(request: Request): Promise<Response> {
    const response = await this.#room?.request(request);
    return response ?? refuse(fail('not_found', 'this room has no such operation'));
  }

  async alarm(): Promise<void> {
    await this.#room?.alarm?.();
  }
}

/** A room that only serves operations. */
function serving<Ops extends Operations<Ops>>(handlers: Handlers<Ops>): PartyRoom {
  const routes = routesOf(handlers);
  return { request: (request) => serve(routes, request) };
}
