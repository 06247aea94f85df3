import type { SizedStamp } from '../../../document/cell-stamp.ts';
import { chunk, encodeChunks, encodeParts } from '../../../document/codec/change-encoder.ts';
import type { StampTree } from '../../../document/stamp-tree.ts';
import { MESSAGE } from '../../../protocol/frame.ts';
import { CHANGE_BYTES } from '../../content/publication.ts';
import { cellDiff, isHashTree, rowDiff, tableDiff, valueDiff } from './diffs.ts';

/** Largest size of a store, in bytes, whose response to a new device is cached. */
const KEPT_BYTES = 4_000_000;

/**
 * The body of a response as JSON, and the changes that do not fit into it. They are encoded one by
 * one, because a whole store and its text do not fit into 128 MB.
 */
export interface DiffResponse {
  body: string;
  rest?: Iterable<string>;
}

/** Responds to messages 1 and 4 to 7 from the tree. */
export class DiffResponses {
  readonly #tree: StampTree;
  #everything: { version: number; answer: DiffResponse } | undefined;

  constructor(tree: StampTree) {
    this.#tree = tree;
  }

  answer(message: number, body: unknown): DiffResponse | undefined {
    switch (message) {
      case MESSAGE.getContentHashes:
        return body === '' ? whole(JSON.stringify(this.#tree.hashes)) : undefined;
      case MESSAGE.getTableDiff:
        return isHashTree(body, 1) ? this.#tables(body) : undefined;
      case MESSAGE.getRowDiff:
        return isHashTree(body, 2) ? inPieces(rowDiff(this.#tree, body)) : undefined;
      case MESSAGE.getCellDiff:
        return isHashTree(body, 3) ? inPieces({ lacking: cellDiff(this.#tree, body) }) : undefined;
      case MESSAGE.getValueDiff:
        return isHashTree(body, 1) ? ofValues(valueDiff(this.#tree, body)) : undefined;
      default:
        return undefined;
    }
  }

  /**
   * A new device lacks everything. The response for a small store is cached until the next change.
   */
  #tables(theirs: { [id: string]: number }): DiffResponse {
    const { version, bytes } = this.#tree;
    const isKept = Object.keys(theirs).length === 0 && bytes <= KEPT_BYTES;
    if (isKept && this.#everything?.version === version) return this.#everything.answer;
    const answer = inPieces(tableDiff(this.#tree, theirs));
    return isKept ? { ...answer, rest: this.#keep(version, answer) } : answer;
  }

  /** Caches the pieces when all of them were read, unless the tree has changed meanwhile. */
  *#keep(version: number, { body, rest }: Required<DiffResponse>): Generator<string> {
    const pieces: string[] = [];
    for (const piece of rest) {
      pieces.push(piece);
      yield piece;
    }
    if (this.#tree.version === version) {
      this.#everything = { version, answer: { body, rest: pieces } };
    }
  }
}

const whole = (body: string): DiffResponse => ({ body });

/**
 * Puts the first piece into the response, with the hashes of what differs if the message asks for
 * them.
 */
function inPieces({
  lacking,
  differing,
}: {
  lacking: Iterable<SizedStamp>;
  differing?: unknown;
}): Required<DiffResponse> {
  const { first, rest } = split(lacking);
  const body = differing ? `[${first.tables},${JSON.stringify(differing)}]` : first.tables;
  return { body, rest };
}

function ofValues(lacking: Iterable<SizedStamp>): DiffResponse {
  const { first, rest } = split(lacking);
  return { body: first.values, rest };
}

function split(lacking: Iterable<SizedStamp>) {
  const parts = chunk(lacking, CHANGE_BYTES);
  const { value: first = [] } = parts.next();
  return { first: encodeParts(first), rest: encodeChunks(parts) };
}
