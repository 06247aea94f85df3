import type {
  AuthOperations,
  HashingOperations,
  LogKeyOperations,
  MailQuotaOperations,
  NetworkOperations,
} from '../operations.ts';
import type { AuthHost } from '../platform.ts';
import { fail } from '../protocol/errors.ts';
import { type Handlers, refuse, serve } from '../rpc.ts';
import { accountHandlers } from './account-handlers.ts';
import { audited } from './audit.ts';
import { type AuthContext, createContext } from './context.ts';
import { hashingHandlers } from './hashing-room.ts';
import { logKeyHandlers } from './log-key.ts';
import { mailQuotaHandlers } from './mail-quota.ts';
import { networkHandlers } from './network.ts';
import { passwordHandlers } from './password-handlers.ts';
import { sessionHandlers } from './session-handlers.ts';
import { signInHandlers } from './sign-in.ts';

type Operations = AuthOperations &
  HashingOperations &
  NetworkOperations &
  MailQuotaOperations &
  LogKeyOperations;

/**
 * A room of the auth party. By its name it is a shard of the accounts, one that hashes passwords,
 * one that counts requests or mails, or the one with the logs' key; all of them are of this one class.
 */
export class AuthRoom {
  readonly #context: AuthContext;
  readonly #handlers: Handlers<Operations>;

  constructor(host: AuthHost) {
    this.#context = createContext(host);
    this.#handlers = {
      ...hashingHandlers(host),
      ...networkHandlers(host),
      ...mailQuotaHandlers(host),
      ...logKeyHandlers(host),
      ...audited(
        {
          ...signInHandlers(this.#context),
          ...sessionHandlers(this.#context),
          ...passwordHandlers(this.#context),
          ...accountHandlers(this.#context),
        },
        host,
      ),
    };
  }

  async start(): Promise<void> {
    await this.#context.outbox.start();
  }

  async request(request: Request): Promise<Response> {
    this.#context.outbox.resume();
    const response = await serve<Operations>(this.#handlers, request);
    return response ?? refuse(fail('not_found', 'an auth room has no such operation'));
  }

  async alarm(): Promise<void> {
    await this.#context.outbox.drain();
  }
}
