import type { AuthOperations, SessionQuery } from '../operations.ts';
import { fail, succeed } from '../protocol/errors.ts';
import type { Handlers } from '../rpc.ts';
import type { AuthContext } from './context.ts';
import { isoTime } from './iso-time.ts';
import { Sessions } from './sessions.ts';
import { endSockets } from './user-room.ts';

const UNAUTHORIZED = fail('unauthorized', 'there is no such session');

/** What a session's token gives access to in the auth room. */
export function sessionHandlers({
  host,
}: AuthContext): Pick<Handlers<AuthOperations>, 'sign-out' | 'session'> {
  const sessions = new Sessions(host.storage, host.config);

  return {
    async session(query) {
      const proven = await prove(query);
      if (!proven) return UNAUTHORIZED;
      const { session, account } = proven;
      return succeed({
        session_hash: session.hash,
        created_at: isoTime(session.created_at),
        expires_at: isoTime(session.expires_at),
        data: null,
        namespace: account.namespace,
        user: {
          email: account.email,
          created_at: isoTime(account.created_at),
          durable_object_name: account.id,
        },
      });
    },

    async 'sign-out'(query) {
      const proven = await prove(query);
      if (!proven) return UNAUTHORIZED;
      await sessions.end(proven.session.hash);
      await endSockets(host, proven.account.id, [proven.session.hash]);
      return succeed({ message: 'Signed out successfully' });
    },
  };

  /** The session of a token, if the path names its namespace or none. */
  async function prove({ session_uuid, namespace }: SessionQuery) {
    const proven = await sessions.validate(session_uuid);
    return namespace === undefined || proven?.account.namespace === namespace ? proven : undefined;
  }
}
