/** First path segments that can never be a namespace, because the router uses them itself. */
export const RESERVED_NAMESPACES: ReadonlySet<string> = new Set([
  'api',
  'parties',
  'party',
  'health',
  'assets',
]);

const NAMESPACE = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether `text` names an app: 1 to 63 of a-z, 0-9 and -, not starting with -, not reserved. */
export const isNamespace = (text: string): boolean =>
  NAMESPACE.test(text) && !RESERVED_NAMESPACES.has(text);
