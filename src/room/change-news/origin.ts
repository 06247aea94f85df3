import type { Connection } from '../../platform.ts';
import type { ChangeOrigin } from '../../protocol/http-api/hooks.ts';
import type { Writer } from '../content/publication.ts';
import { deviceOf } from '../devices.ts';

/** Characters of the id of a session. */
const SESSION_CHARACTERS = 16;

const OTHER: ChangeOrigin = { kind: 'other', id: null };

/** The author of a change as hooks are told of it. Changes of the room itself have none. */
export function originOf(writer: Writer | undefined): ChangeOrigin {
  if (!writer) return OTHER;
  if (isConnection(writer)) return bySession('device', deviceOf(writer)?.session_hash);
  const { operator, session_hash } = writer;
  return operator ? { kind: 'key', id: operator.key } : bySession('http', session_hash);
}

const bySession = (kind: 'device' | 'http', session: string | undefined): ChangeOrigin =>
  session === undefined ? OTHER : { kind, id: session.slice(0, SESSION_CHARACTERS) };

const isConnection = (writer: Writer): writer is Connection => 'send' in writer;
