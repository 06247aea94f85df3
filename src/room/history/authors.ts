import type { Connection } from '../../platform.ts';
import type { Writer } from '../content/publication.ts';
import { deviceOf } from '../devices.ts';
import type { Author } from '../refusals/refusal.ts';

/** Authors that a record of the log, or a moment, names. */
export const MAX_AUTHORS = 16;

/** Characters of a session's id that are kept. */
const SESSION_CHARACTERS = 16;

/** Reading the state of a connection takes longer than an edit. */
const known = new WeakMap<Writer, string>();

/**
 * The author of a change as the history names it: `member:<id>` in a shared store, `key:<id>` of an
 * operator's key (`key:OPERATOR_KEY`), or `session:<the first 16 characters of its id>`; empty if it is unknown.
 */
function authorOf(writer: Writer): string {
  let author = known.get(writer);
  if (author === undefined) {
    author = describe(isConnection(writer) ? (deviceOf(writer) ?? {}) : writer);
    known.set(writer, author);
  }
  return author;
}

/** The first authors of some changes, each once. */
export class Authors {
  readonly #names = new Set<string>();

  add(writer: Writer): void {
    const author = authorOf(writer);
    if (author !== '' && this.#names.size < MAX_AUTHORS) this.#names.add(author);
  }

  /** Returns them, and begins anew. */
  take(): string[] {
    const names = [...this.#names];
    this.#names.clear();
    return names;
  }
}

const isConnection = (writer: Writer): writer is Connection => 'send' in writer;

function describe({ member, operator, session_hash }: Author): string {
  if (member) return `member:${member.account}`;
  if (operator) return `key:${operator.key ?? 'OPERATOR_KEY'}`;
  return session_hash === undefined ? '' : `session:${session_hash.slice(0, SESSION_CHARACTERS)}`;
}
