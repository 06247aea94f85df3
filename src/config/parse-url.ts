/** Parses a URL; undefined if the text is none. Not every runtime's types have `URL.canParse`. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
