import type { CellAddress, CellWrite } from '../../../document/cell-stamp.ts';
import type { EncodedCell } from '../../../protocol/stamps.ts';
import { BeforeImages } from './before-images.ts';

/**
 * What the store was at a point of the past, as the difference to the present content. It stays
 * right while the content changes, until it is closed.
 */
export class PastView {
  /** When the last change before that point came, in milliseconds since the epoch; 0 if never. */
  until = 0;
  /** What ended moments have replaced since then. */
  readonly #ended = new BeforeImages();
  /** What was replaced since the view was opened. */
  readonly #live = new BeforeImages();
  readonly openedAt = Date.now();
  #isClosed = false;
  readonly #onClose: (view: PastView) => void;

  constructor(onClose: (view: PastView) => void) {
    this.#onClose = onClose;
  }

  /** Adds the images of an ended moment. The last one comes first. */
  addEarlier(images: BeforeImages): void {
    this.#ended.addEarlier(images.all());
  }

  /** Takes note of what is replaced at present. */
  note(address: CellAddress, cell: EncodedCell): void {
    this.#live.note(address, cell);
  }

  /** What a cell or value was, DELETED if there was none; undefined if it has not changed. */
  get(address: CellAddress): EncodedCell | undefined {
    const cell = this.#ended.get(address);
    // `null` is content.
    return cell === undefined ? this.#live.get(address) : cell;
  }

  /** All cells and values that have changed, as they were. */
  *all(): Generator<CellWrite> {
    yield* this.#ended.all();
    for (const write of this.#live.all()) {
      if (this.#ended.get(write) === undefined) yield write;
    }
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.#onClose(this);
  }
}
