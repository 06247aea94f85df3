import { logName } from '../../log.ts';
import type { AccountsRoomOperations } from '../../operations/auth-room-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { Pseudonyms, RoomHost } from '../../platform.ts';
import type { ErrorCode, Result } from '../../protocol/errors.ts';
import { LogKey } from './log-key.ts';
import { pseudonymsBy } from './pseudonyms.ts';

/** The fields of inputs and outputs that a log line is made from. */
interface LoggedFields {
  namespace?: string;
  email?: string;
  session_uuid?: string;
  client?: { address: string };
  /** The operator's key; null for OPERATOR_KEY. */
  key?: string | null;
}

type Handler = (input: LoggedFields) => Promise<Result<LoggedFields>>;

/**
 * Operations that are not logged: they only read, and run at each connection of a device, or for
 * every room when a directory is rebuilt. The edge logs each step of a backup and of an import.
 */
const UNLOGGED: ReadonlySet<string> = new Set([
  'session',
  'recheck-session',
  'list-sessions',
  'list-stores',
  'list-own-accounts',
  'find-absent-accounts',
  'back-up-account',
  'import-account',
] satisfies Array<keyof AccountsRoomOperations>);

/**
 * Wraps handlers so that each call writes a log line: the operation, its outcome, and pseudonyms
 * that are the same on every line about an account, network or session. Answers do not wait for
 * their lines, because a line may wait for the log key.
 */
export function audited(
  handlers: Handlers<AccountsRoomOperations>,
  host: RoomHost,
): Handlers<AccountsRoomOperations> {
  const key = new LogKey();
  const logged = Object.entries(handlers).map(([event, handler]) => [
    event,
    UNLOGGED.has(event) ? handler : withLine(host, key, event, handler as unknown as Handler),
  ]);
  return Object.fromEntries(logged) as Handlers<AccountsRoomOperations>;
}

const withLine =
  (host: RoomHost, key: LogKey, event: string, handler: Handler): Handler =>
  async (input) => {
    const pseudonyms = key.load(host).then(pseudonymsBy);
    const write = (outcome: 'ok' | 'internal' | ErrorCode, fields: LoggedFields) =>
      void pseudonyms.then((by) => host.log(event, { outcome, ...figuresOf(fields, by) }));
    try {
      const result = await handler(input);
      const session_uuid = result.ok ? result.value.session_uuid : undefined;
      write(result.ok ? 'ok' : result.error, { session_uuid, ...input });
      return result;
    } catch (error) {
      write('internal', input);
      throw error;
    }
  };

const figuresOf = (
  { namespace = '', email, session_uuid, client, key }: LoggedFields,
  by: Pseudonyms,
) => ({
  namespace: logName(namespace),
  account: email ? by.account(namespace, email) : undefined,
  session: session_uuid ? by.session(session_uuid) : undefined,
  network: client?.address ? by.network(client.address) : undefined,
  key: key === undefined ? undefined : logName(key ?? 'OPERATOR_KEY'),
});
