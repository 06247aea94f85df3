import { withDeadline } from '../../deadline.ts';
import type { HashingOperations } from '../../operations/auth-room-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import type { Result } from '../../protocol/errors.ts';
import { hashingRoomName } from '../room-names.ts';

/**
 * Number of hashing rooms. Each makes about 40 hashes a second, so 32 serve 1,000 sign-ins a
 * second. More rooms would be asleep more often.
 */
const HASHING_ROOMS = 32;

/** Longest wait for a room: far longer than its queue takes under any load that it can serve. */
const DEADLINE_MS = 30_000;

/** Hashes and verifies passwords in a random hashing room. */
export class HashingPool {
  readonly #host: RoomHost;

  constructor(host: RoomHost) {
    this.#host = host;
  }

  /** Returns the PHC string of a new password, or refuses one that is easily guessed. */
  async hashChosen(password: string, context: string[]): Promise<Result<string>> {
    const result = await this.#ask('hash', { password, context });
    return result.ok ? { ok: true, value: result.value.hash } : result;
  }

  /** Without a hash the answer is false and takes as long. */
  async verify(
    password: string,
    hash: string | undefined,
  ): Promise<HashingOperations['verify']['output']> {
    const result = await this.#ask('verify', { password, hash });
    if (!result.ok) throw new Error(`a hashing room refused: ${result.message}`);
    return result.value;
  }

  /** Asks a second room if the first one breaks or hangs. Hashing has no side effects. */
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
