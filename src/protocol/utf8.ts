const encoder = new TextEncoder();

/** Characters from which on copies in UTF-8 are made sooner than every character is looked at. */
const LONG = 10_000;

/** Characters that are copied at once: into one place, since whole copies would pile up. */
const PIECE = 20_000;
const scratch = new Uint8Array(PIECE * 3);

/** How many bytes `text` takes in UTF-8; a lone surrogate counts as the 3 of U+FFFD. */
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
