import type { AccountsRoomOperations } from '../../operations/auth-room-operations.ts';
import { type Route, routesOf, serve } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { audited } from '../audit/audited.ts';
import { ownAccountsHandlers } from '../directory/own-accounts-handlers.ts';
import { sessionHandlers } from '../sessions/session-handlers.ts';
import { invitationHandlers } from '../stores/invitation-handlers.ts';
import { storeHandlers } from '../stores/store-handlers.ts';
import { accountHandlers } from './account-handlers.ts';
import { backupHandlers } from './backup-handlers.ts';
import { type AccountsContext, createContext } from './context.ts';
import { operatedAccountHandlers } from './operated-account-handlers.ts';
import { passwordHandlers } from './password-handlers.ts';
import { signInHandlers } from './sign-in-handlers.ts';

/** A shard of all accounts, with their sessions, mail tokens and failed sign-ins. */
export class AccountsRoom {
  readonly #context: AccountsContext;
  readonly #routes: Record<string, Route>;

  constructor(host: RoomHost) {
    const context = createContext(host);
    this.#context = context;
    this.#routes = routesOf<AccountsRoomOperations>(
      audited(
        {
          ...signInHandlers(context),
          ...sessionHandlers(context),
          ...passwordHandlers(context),
          ...accountHandlers(context),
          ...storeHandlers(context),
          ...invitationHandlers(context),
          ...ownAccountsHandlers(host),
          ...backupHandlers(context),
          ...operatedAccountHandlers(context),
        },
        host,
      ),
    );
  }

  async start(): Promise<void> {
    await this.#context.outbox.start();
  }

  request(request: Request): Promise<Response | undefined> {
    this.#context.outbox.resume();
    return serve(this.#routes, request);
  }

  async alarm(): Promise<void> {
    await this.#context.outbox.drain();
  }
}
