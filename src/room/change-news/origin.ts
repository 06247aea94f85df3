import type { Connection } from '../../platform.ts';
import type { ChangeOrigin } from '../../protocol/http-api/hooks.ts';
import { deviceOf } from '../devices.ts';
import type { Writer } from '../publication.ts';

/** Characters of the id of a session. */
const SESSION_CHARACTERS = 16;

const OTHER: ChangeOrigin = { kind: 'other', id: null };

/** The author of a change as hooks are told of it. Changes of the room itself have none. */
export function originOf(writer: Writer | undefined): ChangeOrigin {
  if (!writer) return OTHER;
  const isDevice = isConnection(writer);
  const session = isDevice ? deviceOf(writer)?.session_hash : writer.session_hash;
  if (session === undefined) return OTHER;
  return { kind: isDevice ? 'device' : 'http', id: session.slice(0, SESSION_CHARACTERS) };
}

const isConnection = (writer: Writer): writer is Connection => 'send' in writer;
