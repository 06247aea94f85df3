/** First path segments that the router uses itself, so no namespace can have these names. */
export const RESERVED_NAMESPACES: ReadonlySet<string> = new Set([
  'api',
  'parties',
  'party',
  'health',
  'assets',
  'admin',
]);

const NAMESPACE = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Whether `text` is a namespace: 1 to 63 of a-z, 0-9 and -, not starting with -, and not reserved.
 */
export const isNamespace = (text: string): boolean =>
  NAMESPACE.test(text) && !RESERVED_NAMESPACES.has(text);
