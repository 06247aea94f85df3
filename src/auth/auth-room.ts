import type {
  AuthOperations,
  HashingOperations,
  LogKeyOperations,
  MailQuotaOperations,
  RequestLimitOperations,
} from '../operations.ts';
import type { AuthHost } from '../platform.ts';
import { fail } from '../protocol/errors.ts';
import { type Handlers, refuse, serve } from '../rpc.ts';
import { accountHandlers } from './accounts/account-handlers.ts';
import { passwordHandlers } from './accounts/password-handlers.ts';
import { signInHandlers } from './accounts/sign-in-handlers.ts';
import { audited } from './audit/audited.ts';
import { logKeyHandlers } from './audit/log-key.ts';
import { type AuthContext, createContext } from './context.ts';
import { mailQuotaHandlers } from './mail/mail-quota.ts';
import { hashingHandlers } from './passwords/hashing-room.ts';
import { requestLimitHandlers } from './rate-limit/rate-limit.ts';
import { sessionHandlers } from './sessions/session-handlers.ts';

type Operations = AuthOperations &
  HashingOperations &
  RequestLimitOperations &
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
      ...requestLimitHandlers(host),
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
