const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Encodes text as one character for each byte of its UTF-8. An engine serialises such a string with
 * one byte a character. Any other string takes two bytes a character as soon as one of its
 * characters is beyond Latin-1.
 */
export const toBinaryText = (text: string): string => String.fromCharCode(...encoder.encode(text));

/** Decodes what {@link toBinaryText} has encoded. */
export const fromBinaryText = (binary: string): string =>
  decoder.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
