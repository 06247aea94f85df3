import type { AuthOperations, HashingOperations } from '../operations.ts';
import type { RoomHost } from '../platform.ts';
import { fail } from '../protocol/errors.ts';
import { type Handlers, refuse, serve } from '../rpc.ts';
import { hashingHandlers } from './hashing-room.ts';
import { sessionHandlers } from './session-handlers.ts';
import { signInHandlers } from './sign-in.ts';

type Operations = AuthOperations & HashingOperations;

/** A room of the auth party: a shard of the accounts, or one that only hashes passwords. */
export class AuthRoom {
  private readonly handlers: Handlers<Operations>;

  constructor(host: RoomHost) {
    this.handlers = { ...hashingHandlers, ...signInHandlers(host), ...sessionHandlers(host) };
  }

  async start(): Promise<void> {}

  async request(request: Request): Promise<Response> {
    const response = await serve<Operations>(this.handlers, request);
    return response ?? refuse(fail('not_found', 'An auth room has no such operation.'));
  }

  async alarm(): Promise<void> {}
}
