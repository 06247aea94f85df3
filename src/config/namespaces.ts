import { isNamespace } from '../protocol/http-api/namespaces.ts';

/** The namespaces in NAMESPACES; a single `*` means all. */
export type Namespaces = readonly string[];

/** Parses a list of namespaces separated by commas, or `*`. Undefined if an entry is invalid. */
export function parseNamespaces(list: string): Namespaces | undefined {
  const names = list.split(',').map((name) => name.trim());
  if (!names.every((name) => name === '*' || isNamespace(name))) return undefined;
  return names.includes('*') ? ['*'] : [...new Set(names)];
}

/** Whether accounts can be created in a namespace. Without a list, they cannot in any. */
export const listsNamespace = (listed: Namespaces | undefined, namespace: string): boolean =>
  listed?.some((entry) => entry === '*' || entry === namespace) ?? false;
