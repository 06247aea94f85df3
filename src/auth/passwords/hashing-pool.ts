import { withDeadline } from '../../deadline.ts';
import type { HashingOperations } from '../../operations.ts';
import type { RoomHost } from '../../platform.ts';
import type { Result } from '../../protocol/errors.ts';
import { call } from '../../rpc.ts';
import { hashingRoomName } from '../room-names.ts';

/**
 * How many hashing rooms there are. One does some 40 hashes a second; few enough rooms to find one
 * awake under load, enough of them for 1,000 sign-ins a second.
 */
const HASHING_ROOMS = 32;

/** How long a room may take: far longer than its queue is under any load that it can bear. */
const DEADLINE_MS = 30_000;

/** Hashes and verifies passwords in a hashing room picked at random. */
export class HashingPool {
  readonly #host: RoomHost;

  constructor(host: RoomHost) {
    this.#host = host;
  }

  /** The PHC string of a password that somebody has just chosen; refuses one that is guessed. */
  async hashChosen(password: string, context: string[]): Promise<Result<string>> {
    const result = await this.#ask('hash', { password, context });
    return result.ok ? { ok: true, value: result.value.hash } : result;
  }

  /** As the operation of hashing rooms: false, and as slow, where there is no hash. */
  async verify(
    password: string,
    hash: string | undefined,
  ): Promise<HashingOperations['verify']['output']> {
    const result = await this.#ask('verify', { password, hash });
    if (!result.ok) throw new Error(`a hashing room refused: ${result.message}`);
    return result.value;
  }

  /** Hashing stores nothing, so a room that breaks or hangs is not asked twice, but another is. */
  async #ask<Name extends keyof HashingOperations>(
    name: Name,
    input: HashingOperations[Name]['input'],
  ): Promise<Result<HashingOperations[Name]['output']>> {
    const room = Math.floor(Math.random() * HASHING_ROOMS);
    try {
      return await this.#askRoom(room, name, input);
    } catch {
      return this.#askRoom((room + 1) % HASHING_ROOMS, name, input);
    }
  }

  #askRoom<Name extends keyof HashingOperations>(
    number: number,
    name: Name,
    input: HashingOperations[Name]['input'],
  ): Promise<Result<HashingOperations[Name]['output']>> {
    const room = this.#host.rooms()?.auth(hashingRoomName(number));
    if (!room) throw new Error('no hashing room can be reached from here');
    return withDeadline(call<HashingOperations, Name>(room, name, input), DEADLINE_MS);
  }
}
