import { logName } from '../../log.ts';
import type { AuthOperations } from '../../operations.ts';
import type { Pseudonyms, RoomHost } from '../../platform.ts';
import type { ErrorCode, Result } from '../../protocol/errors.ts';
import type { Handlers } from '../../rpc.ts';
import { LogKey } from './log-key.ts';
import { pseudonymsBy } from './pseudonyms.ts';

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
 * No answer waits for its line, which may have to wait for the key.
 */
export function audited(
  handlers: Handlers<AuthOperations>,
  host: RoomHost,
): Handlers<AuthOperations> {
  const key = new LogKey();
  const told = Object.entries(handlers).map(([event, handler]) => [
    event,
    UNTOLD.has(event) ? handler : withLine(host, key, event, handler as unknown as Handler),
  ]);
  return Object.fromEntries(told) as Handlers<AuthOperations>;
}

const withLine =
  (host: RoomHost, key: LogKey, event: string, handler: Handler): Handler =>
  async (input) => {
    const pseudonyms = key.load(host).then(pseudonymsBy);
    const tell = (outcome: 'ok' | 'internal' | ErrorCode, told: Told) =>
      void pseudonyms.then((by) => host.log(event, { outcome, ...describe(told, by) }));
    try {
      const result = await handler(input);
      const session_uuid = result.ok ? result.value.session_uuid : undefined;
      tell(result.ok ? 'ok' : result.error, { session_uuid, ...input });
      return result;
    } catch (error) {
      tell('internal', input);
      throw error;
    }
  };

const describe = ({ namespace = '', email, session_uuid, client }: Told, by: Pseudonyms) => ({
  namespace: logName(namespace),
  account: email ? by.account(namespace, email) : undefined,
  session: session_uuid ? by.session(session_uuid) : undefined,
  network: client?.address ? by.network(client.address) : undefined,
});
