import { logName } from '../log.ts';
import type { AuthOperations } from '../operations.ts';
import type { Log, LogText } from '../platform.ts';
import type { Result } from '../protocol/errors.ts';
import type { Handlers } from '../rpc.ts';
import { addressHash } from './accounts.ts';
import { networkOf } from './network.ts';
import { hashToken } from './sessions.ts';
import { sha256Hex } from './sha256.ts';

/** Inputs and outputs of an auth room's operations, as far as a line of the log tells of them. */
interface Told {
  namespace?: string;
  email?: string;
  session_uuid?: string;
  client?: { address: string };
}

type Handler = (input: Told) => Promise<Result<Told>>;

/** Operations that only look something up, as often as a device connects. */
const UNTOLD: ReadonlySet<string> = new Set([
  'session',
  'recheck-session',
  'list-sessions',
] satisfies Array<keyof AuthOperations>);

/**
 * Serves as these handlers do, and logs each call as a line: what was asked for, how it went, and
 * who asked, by pseudonyms that are the same on every line about the same account or session.
 */
export function audited(handlers: Handlers<AuthOperations>, log: Log): Handlers<AuthOperations> {
  const told = Object.entries(handlers).map(([event, handler]) => [
    event,
    UNTOLD.has(event) ? handler : withLine(log, event, handler as unknown as Handler),
  ]);
  return Object.fromEntries(told) as Handlers<AuthOperations>;
}

const withLine =
  (log: Log, event: string, handler: Handler): Handler =>
  async (input) => {
    try {
      const result = await handler(input);
      const session_uuid = result.ok ? result.value.session_uuid : undefined;
      const outcome = result.ok ? 'ok' : result.error;
      log(event, { outcome, ...describe({ session_uuid, ...input }) });
      return result;
    } catch (error) {
      log(event, { outcome: 'internal', ...describe(input) });
      throw error;
    }
  };

const describe = ({ namespace = '', email, session_uuid, client }: Told) => ({
  namespace: logName(namespace),
  account: email ? pseudonym(addressHash(namespace, email)) : undefined,
  session: session_uuid ? pseudonym(hashToken(session_uuid)) : undefined,
  network: client?.address ? pseudonym(sha256Hex(networkOf(client.address))) : undefined,
});

/** Enough of a hash to follow somebody through a log, too little to look up what it is of. */
const pseudonym = (hash: string): LogText => logName(hash.slice(0, 16));
