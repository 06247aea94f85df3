import { chunk, encodeChange } from '../../document/codec/change-encoder.ts';
import { sealText } from '../../protocol/backup/lines.ts';
import type { Moment } from '../history/moments.ts';
import { type BeforeImages, imageBytes } from '../history/past/before-images.ts';
import { newLogId } from '../log/log-cursor.ts';

/** Bytes of the images in one line. A moment with more becomes several, which follow one another. */
const IMAGES_BYTES = 200_000;

/**
 * The lines of a store's history, newest first. `content` is the hash of the content after the
 * newest moment.
 */
export async function* momentLines(
  store: string,
  content: string,
  moments: AsyncIterable<Moment>,
): AsyncGenerator<string> {
  const history = newLogId();
  let number = 0;
  const line = ({ images, ...moment }: Piece, isLast: boolean): Promise<string> => {
    const { kind: what, after, since, until, by, contentBytes: content_bytes } = moment;
    number += 1;
    const head = {
      ...{ kind: 'moment', store, history, moment: number, is_last: isLast },
      ...{ content: number === 1 ? content : undefined },
      ...{ what, after, since, until, by, content_bytes },
    };
    return sealText(`${JSON.stringify(head).slice(0, -1)},"change":${images}}`);
  };
  let held: Piece | undefined;
  for await (const moment of moments) {
    for (const piece of piecesOf(moment)) {
      if (held) yield await line(held, false);
      held = piece;
    }
  }
  if (held) yield await line(held, true);
}

/** A moment, or a part of a large one, with its images as text. */
type Piece = Omit<Moment, 'images'> & { images: string };

function* piecesOf({ images, ...moment }: Moment): Generator<Piece> {
  const texts = textsOf(images);
  for (const [index, text] of texts.entries()) {
    const after = index === texts.length - 1 ? moment.after : moment.until;
    yield { ...moment, after, images: text };
  }
}

function textsOf(images: BeforeImages): string[] {
  if (images.bytes <= IMAGES_BYTES) return [images.text];
  const sized = function* () {
    for (const image of images.all()) {
      yield { ...image, hlc: '', bytes: imageBytes(image.id, image.cell) };
    }
  };
  return [...chunk(sized(), IMAGES_BYTES)].map(encodeChange);
}
