const encoder = new TextEncoder();

/** For texts longer than this, encoding them takes less time than a loop over their characters. */
const LONG = 10_000;

/**
 * Characters that are encoded at once, into one buffer, because copies of whole texts would pile
 * up.
 */
const PIECE = 20_000;
const scratch = new Uint8Array(PIECE * 3);

/** The length of `text` in UTF-8, in bytes. A lone surrogate counts 3, like U+FFFD. */
export function utf8Length(text: string): number {
  if (text.length >= LONG) return encodedLength(text);
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isPair(text, index)) {
      bytes += 2;
      index += 1;
    } else bytes += 2;
  }
  return bytes;
}

function encodedLength(text: string): number {
  let bytes = 0;
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + PIECE, text.length);
    if (end < text.length && isPair(text, end - 1)) end -= 1;
    bytes += encoder.encodeInto(text.slice(start, end), scratch).written;
    start = end;
  }
  return bytes;
}

/** Whether a surrogate pair starts at `index`. */
export const isPair = (text: string, index: number): boolean =>
  (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
